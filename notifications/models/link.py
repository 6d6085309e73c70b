"""The short address that stands in messages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShortLink(models.Model):
    """A random token for one dossier; it opens the dossier for its owner and the public lookup for everybody else."""

    token = models.CharField(max_length=12, unique=True)
    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.CASCADE, related_name="short_link")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")

    def __str__(self) -> str:
        return self.token
