"""Filters of a queue, as they stand in its address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dossiers import queues

_UNASSIGNED = "none"
_DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]
# Names that an address of the desk may carry besides the filters.
CURSOR, SIZE, OPEN = "cursor", "page_size", "filters"


class FilterForm(forms.Form):
    """Every field may stay empty; what is there is checked, for it comes from an address that anybody can type."""

    q = forms.CharField(label=_("Code, name, phone or identity number"), required=False, max_length=100)
    procedure = forms.CharField(label=_("Procedure"), required=False, max_length=12)
    assignee = forms.CharField(label=_("Officer"), required=False, max_length=10)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    due = forms.ChoiceField(label=_("Time left"), required=False)
    since = forms.DateField(label=_("From"), required=False, input_formats=_DAY_FORMATS)
    until = forms.DateField(label=_("Until"), required=False, input_formats=_DAY_FORMATS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = {"red": settings.WARNING_WORKING_HOURS, "amber": 2 * settings.WARNING_WORKING_HOURS}
        self.fields["due"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            ("late", _("Late")),
            ("red", _("Up to %(red)s working hours left") % hours),
            ("amber", _("%(red)s to %(amber)s working hours left") % hours),
            ("tomorrow", _("Due by the end of the next working day")),
        ]

    def clean_assignee(self) -> str:
        value: str = self.cleaned_data["assignee"]
        if value not in ("", _UNASSIGNED) and not (value.isascii() and value.isdigit()):
            raise forms.ValidationError(_("Choose an officer from the list."))
        return value

    def clean_since(self) -> date | None:
        return _sensible(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return _sensible(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first one."))
        return cleaned

    def filters(self) -> queues.Filters:
        """Return the filters of a valid form."""
        given = self.cleaned_data
        assignee = given["assignee"]
        return queues.Filters(
            q=given["q"],
            procedure=given["procedure"],
            agency=given["unit"],
            holder=int(assignee) if assignee.isdigit() else None,
            is_unassigned=assignee == _UNASSIGNED,
            due=given["due"],
            since=given["since"],
            until=given["until"],
        )


class SavedFilterForm(forms.Form):
    name = forms.CharField(label=_("Name of this filter"), max_length=60)
    queue = forms.SlugField(widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)


def check_names(query: QueryDict) -> None:
    """Refuse an address whose names try to reach into the database.

    :raises BadRequest: a name with a double underscore or a bracket; other unknown names are ignored.
    """
    if any("__" in name or "[" in name for name in query):
        raise BadRequest


def page_size(query: QueryDict) -> int:
    """Return how many rows are asked for; what is no number counts as the usual size."""
    asked = query.get(SIZE, "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 8
    return (int(asked) if is_number else 0) or queues.PAGE_SIZE


def kept(query: QueryDict) -> str:
    """Return the filters of an address as they are saved and carried from page to page."""
    clean = QueryDict(mutable=True)
    for name in FilterForm.base_fields:
        clean.setlist(name, [value for value in query.getlist(name)[-1:] if value])
    return clean.urlencode()


def _sensible(on: date | None) -> date | None:
    if on is not None and not 2000 <= on.year <= 2100:
        raise forms.ValidationError(_("Write the year with four digits, such as 2026."))
    return on
