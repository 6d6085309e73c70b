"""Enterprises and their members, and citizens who act for another."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole


class Enterprise(models.Model):
    tax_code = models.CharField(_("enterprise code"), max_length=14, unique=True)
    name = models.CharField(_("name"), max_length=250)
    commune = models.ForeignKey(
        "accounts.Commune", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("commune")
    )
    street = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")

    def __str__(self) -> str:
        return self.name


class EnterpriseMember(models.Model):
    """A person who may file for an enterprise; the owner also manages its members."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.CASCADE, related_name="members", verbose_name=_("enterprise")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=6, choices=MemberRole, default=MemberRole.MEMBER)

    class Meta:
        verbose_name = _("enterprise member")
        verbose_name_plural = _("enterprise members")
        constraints = [models.UniqueConstraint(fields=["enterprise", "user"], name="member_once_per_enterprise")]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


class Mandate(models.Model):
    """Leave that one citizen gives another to file and follow dossiers in their name, until a day, and revocable."""

    grantor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates_given", verbose_name=_("gives")
    )
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates_held", verbose_name=_("receives")
    )
    valid_until = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(condition=~Q(grantor=F("representative")), name="mandate_between_two_people"),
            models.UniqueConstraint(
                fields=["grantor", "representative"],
                condition=Q(revoked_at__isnull=True),
                name="mandate_one_open_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grantor} → {self.representative}"

    @property
    def last_day(self) -> date:
        """Return the last day on which it holds, in the province's time."""
        return timezone.localdate(self.valid_until - timedelta(microseconds=1))
