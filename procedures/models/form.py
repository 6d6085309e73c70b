"""The e-form of a version: groups of fields, some of them repeating, some shown on a condition."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import FieldType
from procedures.models.immutable import TermsRow


class FormGroup(TermsRow):
    """A group of questions shown together; a repeating one may be answered several times."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="groups", verbose_name=_("version")
    )
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    help_text = models.TextField(_("help"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_repeating = models.BooleanField(_("may be repeated"), default=False)
    min_rows = models.PositiveSmallIntegerField(_("at least"), default=0)
    max_rows = models.PositiveSmallIntegerField(_("at most"), default=1)
    condition = models.JSONField(_("shown when"), null=True, blank=True)

    class Meta:
        verbose_name = _("group of fields")
        verbose_name_plural = _("groups of fields")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="group_key_once"),
            models.CheckConstraint(condition=Q(max_rows__gte=1, max_rows__lte=50), name="group_rows_capped"),
            models.CheckConstraint(condition=Q(min_rows__lte=F("max_rows")), name="group_min_within_max"),
        ]

    def __str__(self) -> str:
        return self.title


class FormField(TermsRow):
    """One question; ``profile_key`` names the profile value that fills it in."""

    version_path = "group__version"

    group = models.ForeignKey(FormGroup, on_delete=models.CASCADE, related_name="fields", verbose_name=_("group"))
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=300)
    help_text = models.TextField(_("help"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=FieldType, default=FieldType.TEXT)
    is_required = models.BooleanField(_("required"), default=False)
    choices = models.JSONField(_("choices"), default=list, blank=True, help_text=_("A list of [value, label]."))
    limits = models.JSONField(_("limits"), default=dict, blank=True)
    condition = models.JSONField(_("shown when"), null=True, blank=True)
    profile_key = models.CharField(_("filled in from the profile"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["group", "key"], name="field_key_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def version_key(self) -> int:
        return self.group.version_id
