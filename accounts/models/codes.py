"""One-time codes, of which only a hash is kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import CodePurpose

# OWASP ASVS 5.0, 6.5: single use, at least 20 bits, at most ten minutes; NIST SP 800-63B asks for a limit on tries.
MAX_TRIES = 5


class OneTimeCode(models.Model):
    """Six digits sent to a phone, bound to the phone, the purpose and the browser session that asked."""

    phone = models.CharField(max_length=11)
    purpose = models.CharField(max_length=20, choices=CodePurpose)
    session_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["phone", "-created_at"], name="code_by_phone")]
        constraints = [models.CheckConstraint(condition=Q(tries__lte=MAX_TRIES), name="code_tries_capped")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
