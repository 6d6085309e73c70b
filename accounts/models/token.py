"""Tokens of programs, of which only a hash is kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import TokenScope


class ApiToken(models.Model):
    """Lets a program act for one person: at the desk, or with the person's own dossiers, never both."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    scope = models.CharField(_("scope"), max_length=10, choices=TokenScope)
    label = models.CharField(_("used by"), max_length=100)
    # The part of the token that may be read; the rest is known to its holder alone.
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_on = models.DateField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_ends_later")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.label}"
