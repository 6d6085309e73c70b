"""Administration of working time: calendars, and the days decided otherwise than the holiday library knows."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from core.models import DayOverride, WorkCalendar

_SPAN = re.compile(r"^([0-2]?[0-9]:[0-5][0-9])\s*[-–]\s*([0-2]?[0-9]:[0-5][0-9])\Z")
_WEEKEND = {"saturday": "5", "sunday": "6"}


class HoursField(forms.CharField):
    """Hours of a day as lines such as 07:00-11:30, kept as pairs."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 2}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{begin}-{end}" for begin, end in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[list[str]]:
        """Return the pairs.

        :raises ValidationError: a line is no span, or the spans overlap or run backwards.
        """
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        spans = [self._span(line) for line in lines]
        moments = [moment for span in spans for moment in span]
        if moments != sorted(set(moments)):
            raise ValidationError(_("The hours must follow one another without overlapping."))
        return spans

    def _span(self, line: str) -> list[str]:
        found = _SPAN.match(line)
        if found is None:
            raise ValidationError(_("One span of hours per line, please, such as 07:00-11:30."))
        begin, end = (moment.zfill(5) for moment in found.groups())
        if end > "23:59":
            raise ValidationError(_("One span of hours per line, please, such as 07:00-11:30."))
        return [begin, end]


class WorkCalendarForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    hours = HoursField(label=_("Office hours"), help_text=_("One span per line, such as 07:00-11:30."))
    saturday = HoursField(
        label=_("Also receives papers on Saturday"), required=False, help_text=_("The clock does not run in them.")
    )
    sunday = HoursField(
        label=_("Also receives papers on Sunday"), required=False, help_text=_("The clock does not run in them.")
    )

    class Meta:
        model = WorkCalendar
        fields = ("name", "is_default", "weekdays", "hours")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        opening = self.instance.extra_opening if self.instance.pk else {}
        for name, day in _WEEKEND.items():
            if name in self.fields:
                self.fields[name].initial = opening.get(day, [])

    def save(self, commit: bool = True) -> WorkCalendar:
        opening = {day: self.cleaned_data[name] for name, day in _WEEKEND.items() if self.cleaned_data.get(name)}
        kept = {day: hours for day, hours in self.instance.extra_opening.items() if day not in _WEEKEND.values()}
        self.instance.extra_opening = {**kept, **opening}
        saved: WorkCalendar = super().save(commit)
        return saved


class DayOverrideInline(TabularInline):
    model = DayOverride
    extra = 0


@admin.register(WorkCalendar)
class WorkCalendarAdmin(ModelAdmin):
    form = WorkCalendarForm
    list_display = ("name", "is_default")
    search_fields = ("name",)
    fields = ("name", "is_default", "weekdays", "hours", "saturday", "sunday")
    inlines = (DayOverrideInline,)


@admin.register(DayOverride)
class DayOverrideAdmin(ModelAdmin):
    list_display = ("on", "is_working", "reason", "calendar")
    list_filter = ("is_working", "calendar")
    date_hierarchy = "on"
    search_fields = ("reason",)
