"""The terms of a procedure in words."""

from django import template
from django.utils.translation import ngettext

from procedures.enums import TimeUnit
from procedures.models import TimeLimit

register = template.Library()


@register.filter
def duration(limit: TimeLimit) -> str:
    """Return how long a dossier takes, such as ``15 ngày làm việc``; the limit has a value."""
    count = limit.value or 0
    if limit.unit == TimeUnit.WORKING_DAY:
        return ngettext("%(n)d working day", "%(n)d working days", count) % {"n": count}
    if limit.unit == TimeUnit.WORKING_HOUR:
        return ngettext("%(n)d working hour", "%(n)d working hours", count) % {"n": count}
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


@register.filter
def result_name(result: object) -> str:
    """Return the name of a result, which the catalogue keeps with or without its national code."""
    return str(result.get("name", "")) if isinstance(result, dict) else str(result)
