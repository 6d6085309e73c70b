"""A procedure, its immutable published versions, and the agencies that offer it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import AgencyLevel
from procedures.enums import VersionState
from procedures.models.immutable import PublishedIsImmutable, VersionQuerySet


class Sector(models.Model):
    """A field of administration (lĩnh vực), such as civil status or land."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """An administrative procedure by its national code, such as 1.001193."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=500)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="procedures", verbose_name=_("sector"))
    levels = models.JSONField(_("agency levels"), default=list, help_text=str(list(AgencyLevel.values)))
    life_events = models.JSONField(_("life events"), default=list, blank=True)
    keywords = models.JSONField(
        _("everyday words"), default=list, blank=True, help_text=_("What people call it; search finds these too.")
    )
    published = models.OneToOneField(
        "procedures.ProcedureVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_for",
        verbose_name=_("published version"),
    )
    search_text = models.TextField(editable=False, default="")
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]\.[0-9]{6}$"),
                name="procedure_code_shape",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProcedureVersion(models.Model):
    """What the law asked when a dossier was filed; immutable once published, so a dossier keeps its own terms."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions", verbose_name=_("procedure")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    name = models.CharField(_("name"), max_length=500)
    subjects = models.CharField(_("who may file"), max_length=500, blank=True)
    authority = models.CharField(_("authority as printed"), max_length=500, blank=True)
    how = models.TextField(_("how it goes"), blank=True)
    where = models.TextField(_("where to file"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    results = models.JSONField(_("results"), default=list, blank=True)
    needs_approval = models.BooleanField(_("a leader approves the result"), default=True)
    supplement_days = models.PositiveSmallIntegerField(_("working days to supply what is missing"), default=15)
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_verified = models.BooleanField(_("checked against the source"), default=False)
    change_note = models.TextField(_("what changed"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("published by")
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure version")
        verbose_name_plural = _("procedure versions")
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state=VersionState.DRAFT), name="version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state=VersionState.PUBLISHED), name="version_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT) | Q(published_at__isnull=False),
                name="version_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure.code} v{self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        self._refuse_published()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete(*args, **options)

    def _refuse_published(self) -> None:
        if type(self)._base_manager.filter(pk=self.pk).exclude(state=VersionState.DRAFT).exists():
            raise PublishedIsImmutable


class Offering(models.Model):
    """An agency that receives dossiers of a procedure."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="offerings", verbose_name=_("procedure")
    )
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="offerings", verbose_name=_("agency")
    )

    class Meta:
        verbose_name = _("offering agency")
        verbose_name_plural = _("offering agencies")
        constraints = [models.UniqueConstraint(fields=["procedure", "agency"], name="offering_once")]

    def __str__(self) -> str:
        return f"{self.procedure.code} · {self.agency}"
