"""Papers of a dossier, and uploads on their way to become one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from dossiers.enums import PaperState


class Paper(models.Model):
    """A file of a dossier, stored under its SHA-256; a replaced or removed one stays in the history."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="papers")
    component = models.CharField(_("for"), max_length=130, help_text=_("Key of the required paper or of a file field."))
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("check"), max_length=8, choices=PaperState, default=PaperState.PENDING)
    state_note = models.CharField(max_length=300, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("attached"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "component", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="paper_same_file_once",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="paper_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A resumable upload (tus 1.0): bytes so far lie in a file named by ``public_id``."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="uploads")
    component = models.CharField(max_length=130)
    name = models.CharField(max_length=200)
    length = models.PositiveIntegerField()
    offset = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    paper = models.OneToOneField(Paper, on_delete=models.SET_NULL, null=True, blank=True, related_name="upload")

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_not_past_its_length"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
