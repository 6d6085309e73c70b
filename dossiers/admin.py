"""Dossiers in the administration: where each one stands, and nothing of what is in it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from dossiers.enums import Status
from dossiers.models import Dossier


@admin.register(Dossier)
class DossierAdmin(ModelAdmin):
    """The citizen's name, number, answers and papers are not among the columns, so they can't be seen here."""

    list_display = ("code", "procedure_code", "status", "agency", "unit", "submitted_at", "due_at", "closed_at")
    list_filter = ("status", "channel")
    list_select_related = ("procedure", "agency", "unit")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("code",)
    search_help_text = _("The dossier's code")
    ordering = ("-id",)
    fields = list_display
    readonly_fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dossier]:
        """Return dossiers that were filed, without their answers."""
        filed: QuerySet[Dossier] = super().get_queryset(request).exclude(status=Status.DRAFT)
        return filed.defer("data")

    @admin.display(description=_("procedure"), ordering="procedure__code")
    def procedure_code(self, dossier: Dossier) -> str:
        return dossier.procedure.code

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
