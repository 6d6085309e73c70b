"""The deadline ledger: the due moment of a dossier is a function of these rows and of its agency's calendar."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ClockKind
from procedures.enums import TimeUnit


class ClockEntry(models.Model):
    """One row of the ledger; ``due_after`` and ``days_off`` freeze what followed from it on the day it was written.

    ``START`` carries the limit; ``EXTEND`` carries ``new_due_at``; ``VOID`` names the event whose rows no longer count.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="clock")
    event = models.ForeignKey("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="clock")
    kind = models.CharField(_("what"), max_length=8, choices=ClockKind)
    at = models.DateTimeField(_("when"))
    limit_value = models.PositiveSmallIntegerField(_("limit"), null=True, blank=True)
    limit_unit = models.CharField(_("unit"), max_length=12, choices=TimeUnit, blank=True)
    same_day_until = models.TimeField(null=True, blank=True)
    new_due_at = models.DateTimeField(_("new due moment"), null=True, blank=True)
    voids = models.ForeignKey(
        "dossiers.DossierEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(_("legal ground"), max_length=300)
    due_after = models.DateTimeField(_("due moment from then on"), null=True, blank=True)
    days_off = models.JSONField(_("days off on the way"), default=list, blank=True)

    class Meta:
        verbose_name = _("clock entry")
        verbose_name_plural = _("clock entries")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ClockKind.EXTEND) | Q(new_due_at__isnull=False), name="clock_extend_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ClockKind.VOID) | Q(voids__isnull=False), name="clock_void_has_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y %H:%M}"


class OverdueSpell(models.Model):
    """One missed due moment; one apology belongs to it, whatever scans run how often."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="spells")
    event = models.OneToOneField("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="spell")
    number = models.PositiveSmallIntegerField(_("which breach"))
    missed_due_at = models.DateTimeField(_("missed due moment"))
    found_at = models.DateTimeField(_("found"))
    unit = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    apologised_at = models.DateTimeField(_("apologised"), null=True, blank=True)
    new_due_at = models.DateTimeField(_("new committed moment"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("overdue spell")
        verbose_name_plural = _("overdue spells")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "missed_due_at"], name="spell_once_per_due_moment"),
            models.UniqueConstraint(fields=["dossier", "number"], name="spell_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.missed_due_at:%d/%m/%Y}"
