"""Rows every app may lean on: working calendars, rate windows, job leases, heartbeats."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def default_weekdays() -> list[int]:
    """Monday to Friday (Monday is 0)."""
    return [0, 1, 2, 3, 4]


def default_hours() -> list[list[str]]:
    """Office hours coded in a live province: 7:00-11:30 and 13:30-17:00, eight hours a day."""
    return [["07:00", "11:30"], ["13:30", "17:00"]]


class WorkCalendar(models.Model):
    """Days and hours on which the clock of an agency's dossiers runs."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_default = models.BooleanField(_("for agencies without one"), default=False)
    weekdays = models.JSONField(_("working days of the week"), default=default_weekdays)
    hours = models.JSONField(_("office hours"), default=default_hours)
    extra_opening = models.JSONField(
        _("hours when papers are also received"),
        default=dict,
        blank=True,
        help_text=_("By weekday, for example Saturday morning; the clock does not run in them."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="calendar_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DayOverride(models.Model):
    """A day decided otherwise than the holiday library knows: a bridging day, a make-up Saturday, a local holiday."""

    calendar = models.ForeignKey(
        WorkCalendar,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="overrides",
        verbose_name=_("calendar"),
        help_text=_("Empty: all calendars."),
    )
    on = models.DateField(_("day"))
    is_working = models.BooleanField(_("is a working day"))
    reason = models.CharField(_("reason, with the decision's number"), max_length=200)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on"], name="override_once_per_calendar_day"),
            models.UniqueConstraint(
                fields=["on"], condition=models.Q(calendar__isnull=True), name="override_once_per_day_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.reason}"


class RateWindow(models.Model):
    """How often a key was used in a window of time; the database counts, so a dead broker never opens the gate."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="rate_window_once")]
        indexes = [models.Index(fields=["starts_at"], name="rate_window_age")]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M} {self.count}"


class JobSlot(models.Model):
    """One run of a periodic job: the unique pair makes a doubled beat harmless."""

    job = models.CharField(max_length=100)
    slot_at = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot_at"], name="job_once_per_slot")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot_at:%H:%M}"


class Heartbeat(models.Model):
    """The last sign of life of a process; a worker lives when it wrote to the database, not when it exists."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"


class IdempotencyKey(models.Model):
    """A request that must have its effect once, and the answer it got; without an answer it is still at work."""

    name = models.CharField(max_length=64, unique=True)
    body_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m %H:%M} {self.status or '-'}"
