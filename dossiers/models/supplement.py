"""What is asked of the citizen while the clock stands still: papers and answers, or money."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ItemKind, ReasonCode


class SupplementRequest(models.Model):
    """One request that names everything that is missing (form 02 of Thông tư 03/2025/TT-VPCP)."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="supplements")
    event = models.OneToOneField("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="supplement")
    number = models.PositiveSmallIntegerField(_("which request"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("to be supplied by"))
    guidance = models.TextField(_("guidance"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("supplement request")
        verbose_name_plural = _("supplement requests")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(closed_at__isnull=True), name="supplement_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.number}"


class SupplementItem(models.Model):
    """One answer or paper that is asked for, pinned to its place in the form."""

    request = models.ForeignKey(SupplementRequest, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=5, choices=ItemKind)
    key = models.CharField(_("place"), max_length=130, help_text=_("group.field, or the key of the paper."))
    label = models.CharField(_("name"), max_length=500)
    reason = models.CharField(_("reason"), max_length=10, choices=ReasonCode)
    comment = models.TextField(_("what to do"), blank=True)
    answer = models.JSONField(_("answer, kept while typing"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("item asked for")
        verbose_name_plural = _("items asked for")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["request", "kind", "key"], name="supplement_item_once")]

    def __str__(self) -> str:
        return self.label


class Obligation(models.Model):
    """Money asked of the citizen; until payments exist an officer records its settlement by hand."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="obligations")
    event = models.OneToOneField("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="obligation")
    what = models.CharField(_("for"), max_length=200)
    amount_vnd = models.PositiveBigIntegerField(_("amount in dong"))
    due_at = models.DateTimeField(_("to be paid by"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_amount_vnd = models.PositiveBigIntegerField(_("amount received"), null=True, blank=True)
    payer = models.CharField(_("paid by"), max_length=250, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("financial obligation")
        verbose_name_plural = _("financial obligations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(settled_at__isnull=True, cancelled_at__isnull=True),
                name="obligation_one_open",
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="obligation_positive"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(receipt_number=""), name="obligation_settled_has_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.amount_vnd}"
