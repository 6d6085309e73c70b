"""What stands around a dossier on the officer's desk: words, notes, tasks, extensions, saved filters."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ExtensionState, Side, TaskKind


class ThreadMessage(models.Model):
    """A message between citizen and officer on the dossier's page."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="thread")
    event = models.OneToOneField("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="message")
    side = models.CharField(max_length=7, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("message"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("message on a dossier")
        verbose_name_plural = _("messages on a dossier")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%d/%m %H:%M}"


class InternalNote(models.Model):
    """A note that only officers of the agencies concerned see."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%d/%m %H:%M}"


class Task(models.Model):
    """Something a unit owes, such as a new date for a late dossier."""

    kind = models.CharField(_("what"), max_length=20, choices=TaskKind)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="tasks")
    unit = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    event = models.ForeignKey("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="tasks")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="task_once_per_event")]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(done_at__isnull=True), name="task_open_of_unit")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dossier}"


class ExtensionRequest(models.Model):
    """A wish for a later due date with its letter (form 04 of Thông tư 03/2025/TT-VPCP), decided by a leader."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="extensions")
    event = models.OneToOneField("dossiers.DossierEvent", on_delete=models.PROTECT, related_name="extension")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"))
    reason = models.TextField(_("reason"))
    new_due_at = models.DateTimeField(_("proposed due moment"))
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=ExtensionState, default=ExtensionState.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state=ExtensionState.PENDING), name="extension_one_pending"
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.APPROVED) | ~Q(letter_number=""), name="extension_has_letter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.new_due_at:%d/%m/%Y}"


class SavedFilter(models.Model):
    """A filter of the queue that an officer keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name
