"""Numbers, dates and telephone numbers as people in Vietnam write them, and their English variants."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from core import phones

register = template.Library()

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_WORKING_DAY_MINUTES = 8 * 60


@register.filter
def vnd(amount: int | None) -> str:
    """Write whole dong: ``1.250.000 đ``, in English ``VND 1,250,000``."""
    if amount is None:
        return ""
    if _language() == "en":
        return f"VND\u00a0{amount:,}"
    return f"{amount:,}".replace(",", ".") + "\u00a0đ"


@register.filter
def vn_date(value: dt.date | dt.datetime | None) -> str:
    """Write a day: ``thứ Hai 23/11/2026``."""
    if value is None:
        return ""
    return _day(_local(value) if isinstance(value, dt.datetime) else value)


@register.filter
def vn_datetime(value: dt.datetime | None) -> str:
    """Write a moment in the province's time: ``thứ Hai 23/11/2026, 16:30``."""
    if value is None:
        return ""
    moment = _local(value)
    return f"{_day(moment)}, {moment:%H:%M}"


@register.filter
def working_time_left(minutes: int | None) -> str:
    """Say in words how many working minutes remain; a negative figure is overdue. Eight hours make a day."""
    if minutes is None:
        return ""
    left = abs(minutes)
    if left >= _WORKING_DAY_MINUTES:
        count = left // _WORKING_DAY_MINUTES
        if minutes < 0:
            return ngettext("%(n)d working day late", "%(n)d working days late", count) % {"n": count}
        return ngettext("%(n)d working day left", "%(n)d working days left", count) % {"n": count}
    if left >= 60:
        count = left // 60
        if minutes < 0:
            return ngettext("%(n)d working hour late", "%(n)d working hours late", count) % {"n": count}
        return ngettext("%(n)d working hour left", "%(n)d working hours left", count) % {"n": count}
    return gettext("less than one hour late") if minutes < 0 else gettext("less than one working hour left")


@register.filter
def phone(number: str | None) -> str:
    """Write a stored number as people do: ``0901 234 567``."""
    return phones.display_mobile(number) if number else ""


@register.filter
def mask_phone(number: str | None) -> str:
    """Hide all but the last three digits of a stored number."""
    return phones.mask_mobile(number) if number else ""


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(day: dt.date) -> str:
    return f"{_WEEKDAYS[_language()][day.weekday()]} {day:%d/%m/%Y}"


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
