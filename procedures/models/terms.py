"""The terms of a version: papers, fees, time limits and the steps inside the agencies."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import Channel, CollectWhen, FeeKind, StepRole, TimeUnit
from procedures.models.immutable import TermsRow


class RequiredPaper(TermsRow):
    """A component of the dossier; zero originals means that the officer looks it up in a database."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="papers", verbose_name=_("version")
    )
    key = models.SlugField(_("key"), max_length=60)
    name = models.TextField(_("name"))
    quantity = models.CharField(_("copies as printed"), max_length=60, blank=True)
    is_required = models.BooleanField(_("must be attached"), default=False)
    is_looked_up = models.BooleanField(_("the agency looks it up itself"), default=False)
    condition = models.JSONField(_("asked for when"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("required paper")
        verbose_name_plural = _("required papers")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="paper_key_once")]

    def __str__(self) -> str:
        return self.name


class Fee(TermsRow):
    """What a dossier costs by one channel; no amount means that the source has no figure."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="fees", verbose_name=_("version")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=FeeKind, default=FeeKind.FEE)
    name = models.CharField(_("name"), max_length=200)
    channel = models.CharField(_("channel"), max_length=7, choices=Channel, blank=True)
    amount_vnd = models.PositiveBigIntegerField(_("amount in dong"), null=True, blank=True)
    collect_when = models.CharField(_("collected"), max_length=6, choices=CollectWhen, default=CollectWhen.BEFORE)
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class TimeLimit(TermsRow):
    """How long the agencies have, by channel; no value means that the law sets no date."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="time_limits", verbose_name=_("version")
    )
    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    value = models.PositiveSmallIntegerField(_("how many"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=12, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    same_day_until = models.TimeField(
        _("same day when received before"),
        null=True,
        blank=True,
        help_text=_(
            "The 15:00 rule: received before this hour, the result is due the same day; after it, a day later."
        ),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        constraints = [
            models.UniqueConstraint(fields=["version", "channel"], name="time_limit_once_per_channel"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=1), name="time_limit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.value or '–'} {self.get_unit_display()}"


class RouteStep(TermsRow):
    """A step inside the agencies with its own limit in working hours."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="steps", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=10, choices=StepRole)
    limit_hours = models.PositiveSmallIntegerField(_("working hours"), null=True, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="step_position_once")]

    def __str__(self) -> str:
        return self.name
