"""The outbox: what is owed to a phone, each try to send it, and what the provider reported."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from notifications.enums import Fault, Kind, Outcome, ReceiptStatus, State, Topic
from notifications.rules import SECRET


class Message(models.Model):
    """One text owed to one phone, written in the transaction of the change that it tells of.

    ``facts`` are frozen then; the text is rendered when it is sent. The id goes to the provider as its reference, so
    whoever sends a dead one again gets a new row. ``attempts`` counts claims, ``tries`` failures on the present route.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dedupe_key = models.CharField(max_length=80, unique=True)
    event = models.ForeignKey(
        "dossiers.DossierEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    dossier = models.ForeignKey(
        "dossiers.Dossier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("dossier"),
    )
    topic = models.CharField(_("about"), max_length=20, choices=Topic)
    phone = models.CharField(_("to"), max_length=11)
    language = models.CharField(_("language"), max_length=2, default="vi")
    facts = models.JSONField(default=dict, blank=True)
    priority = models.PositiveSmallIntegerField()

    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    route = models.CharField(_("next by"), max_length=3, choices=Kind, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    channel = models.CharField(_("sent by"), max_length=3, choices=Kind, blank=True)
    provider = models.CharField(_("provider"), max_length=30, blank=True)
    provider_ref = models.CharField(_("provider's reference"), max_length=100, blank=True)
    body = models.TextField(_("text as sent"), blank=True)
    fault = models.CharField(_("fault"), max_length=9, choices=Fault, blank=True)
    code = models.CharField(_("provider's code"), max_length=40, blank=True)

    created_at = models.DateTimeField(_("created"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    wiped_at = models.DateTimeField(null=True, blank=True, editable=False)
    resent_as = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="resends", verbose_name=_("sent again as")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(phone__regex=r"^84[0-9]{9}$"), name="message_to_mobile"),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(lease_token__isnull=False, leased_until__isnull=False),
                name="message_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.ACCEPTED, State.DELIVERED)) | Q(accepted_at__isnull=False),
                name="message_accepted_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DELIVERED) | Q(delivered_at__isnull=False), name="message_delivered_when"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(state=State.DELIVERED), name="message_read_is_delivered"
            ),
            models.CheckConstraint(
                condition=~Q(topic__in=sorted(SECRET)) | Q(expires_at__isnull=False), name="message_secret_expires"
            ),
        ]
        indexes = [
            # A claim asks priority by priority, so that one night's backlog never stands in front of a code.
            models.Index(
                fields=["priority", "next_attempt_at", "id"], condition=Q(state=State.QUEUED), name="message_due"
            ),
            models.Index(fields=["leased_until"], condition=Q(state=State.SENDING), name="message_leased"),
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False, wiped_at__isnull=True),
                name="message_to_wipe",
            ),
            models.Index(
                fields=["provider", "accepted_at"], condition=Q(state=State.ACCEPTED), name="message_unproven"
            ),
            models.Index(fields=["-id"], condition=Q(state=State.FAILED, resent_as__isnull=True), name="message_dead"),
            models.Index(fields=["provider_ref"], condition=~Q(provider_ref=""), name="message_by_provider_ref"),
            models.Index(fields=["phone", "-id"], name="message_of_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} {self.id}"

    @property
    def is_secret(self) -> bool:
        return self.topic in SECRET


class Attempt(models.Model):
    """One try to hand a message to a provider, also one that was cut off."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tried")
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(_("by"), max_length=3, choices=Kind, blank=True)
    provider = models.CharField(_("provider"), max_length=30, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    fault = models.CharField(_("fault"), max_length=9, choices=Fault, blank=True)
    code = models.CharField(_("provider's code"), max_length=40, blank=True)
    provider_ref = models.CharField(_("provider's reference"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_outcome_display()}"


class Receipt(models.Model):
    """A provider's report. One that fits no message is kept, counted, and matched later if its message turns up."""

    provider = models.CharField(_("provider"), max_length=30)
    reference = models.CharField(_("reference"), max_length=100, help_text=_("Our id where the provider echoes it."))
    status = models.CharField(_("status"), max_length=9, choices=ReceiptStatus)
    code = models.CharField(_("provider's code"), max_length=40, blank=True)
    at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("received"))
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="receipts")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery report")
        verbose_name_plural = _("delivery reports")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference", "status"], name="receipt_once_per_status")
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(applied_at__isnull=True), name="receipt_to_apply"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.get_status_display()}"
