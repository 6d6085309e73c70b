"""Procedures and sectors: what is offered, by whom, and the way to a new version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from accounts.enums import AgencyLevel
from accounts.models import Agency
from core.folding import fold
from procedures import services
from procedures.admin.editing import ProcedureForm
from procedures.enums import VersionState
from procedures.models import Procedure, ProcedureVersion, Sector


@admin.register(Sector)
class SectorAdmin(ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Sector, form: forms.Form, change: Any) -> None:
        super().save_model(request, obj, form, change)
        for procedure in obj.procedures.all():
            services.refresh_search_text(procedure)


@admin.register(Procedure)
class ProcedureAdmin(ModelAdmin):
    form = ProcedureForm
    list_display = ("code", "name", "sector", "in_force", "draft", "agencies_count", "is_active")
    list_display_links = ("code", "name")
    list_filter = ("is_active", "sector")
    list_select_related = ("sector", "published")
    list_per_page = 50
    search_fields = ("code",)
    search_help_text = _("Code, name, sector or everyday words, with or without diacritics")
    autocomplete_fields = ("sector",)
    readonly_fields = ("in_force", "draft")
    fields = ("code", "name", "sector", "levels", "life_events", "keywords", "is_active", "in_force", "draft")
    actions_detail = ("new_draft", "agencies", "preview_citizen", "preview_officer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        is_draft = Q(versions__state=VersionState.DRAFT)
        counted: QuerySet[Procedure] = (
            super()
            .get_queryset(request)
            .annotate(
                offering_count=Count("offerings", distinct=True),
                draft_count=Count("versions", filter=is_draft, distinct=True),
            )
        )
        return counted

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Procedure], search_term: str
    ) -> tuple[QuerySet[Procedure], bool]:
        phrase = fold(search_term)
        together = queryset.filter(search_text__contains=phrase)
        if together.exists():
            return together, False
        for word in phrase.split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset, False

    def get_readonly_fields(self, request: HttpRequest, obj: Procedure | None = None) -> tuple[str, ...]:
        # The name is the published version's, and the code is what dossiers and addresses carry.
        return self.readonly_fields if obj is None else ("code", "name", *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Procedure, form: forms.Form, change: Any) -> None:
        super().save_model(request, obj, form, change)
        services.refresh_search_text(obj)

    @admin.display(description=_("published version"))
    def in_force(self, procedure: Procedure) -> str | SafeString:
        return _link(procedure.published) if procedure.published else "–"

    @admin.display(description=_("draft version"))
    def draft(self, procedure: Procedure) -> str | SafeString:
        if not getattr(procedure, "draft_count", 0):
            return "–"
        found = procedure.versions.filter(state=VersionState.DRAFT).first()
        return _link(found) if found else "–"

    @admin.display(description=_("agencies"), ordering="offering_count")
    def agencies_count(self, procedure: Procedure) -> int:
        return int(getattr(procedure, "offering_count", 0))

    @action(description=_("New draft version"), icon="edit_document", permissions=["change"])
    def new_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then make the draft; an open draft is opened instead."""
        procedure = get_object_or_404(Procedure, pk=object_id)
        draft = procedure.versions.filter(state=VersionState.DRAFT).first()
        if draft is None and request.method != "POST":
            context = {**self.admin_site.each_context(request), "opts": self.model._meta, "procedure": procedure}
            context["title"] = gettext("New draft version")
            return TemplateResponse(request, "procedures_admin/new_draft.html", context)
        try:
            draft = draft or services.draft_from(procedure=procedure)
        except services.DraftExists:
            draft = procedure.versions.get(state=VersionState.DRAFT)
        return HttpResponseRedirect(_address("change", draft))

    @action(description=_("Agencies"), icon="account_tree", permissions=["change"])
    def agencies(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show and change which agencies receive dossiers of the procedure, one by one or a whole level."""
        procedure = get_object_or_404(Procedure, pk=object_id)
        if request.method == "POST":
            self._set_agencies(request, procedure)
            return HttpResponseRedirect(request.path)
        offering = set(procedure.offerings.values_list("agency_id", flat=True))
        active = list(Agency.objects.filter(is_active=True).order_by("name"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("Agencies that offer it"),
            "procedure": procedure,
            "levels": [
                {
                    "key": level.value,
                    "name": level.label,
                    "agencies": [(row, row.pk in offering) for row in active if row.level == level],
                }
                for level in AgencyLevel
            ],
        }
        return TemplateResponse(request, "procedures_admin/agencies.html", context)

    def _set_agencies(self, request: HttpRequest, procedure: Procedure) -> None:
        level = request.POST.get("level", "")
        of_level = list(Agency.objects.filter(level=level, is_active=True))
        chosen = set(request.POST.getlist("agency"))
        wanted = {
            "all": of_level,
            "none": [],
        }.get(request.POST.get("which", ""), [row for row in of_level if str(row.pk) in chosen])
        added = services.offer(procedure=procedure, agencies=wanted)
        gone = services.withdraw_offer(procedure=procedure, agencies=[row for row in of_level if row not in wanted])
        text = ngettext("%(count)d agency changed.", "%(count)d agencies changed.", added + gone)
        messages.success(request, text % {"count": added + gone})
        self.log_change(request, procedure, text % {"count": added + gone})

    @action(description=_("Preview as citizen"), icon="visibility", permissions=["view"])
    def preview_citizen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._preview(request, object_id, "preview_citizen")

    @action(description=_("Preview as officer"), icon="preview", permissions=["view"])
    def preview_officer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._preview(request, object_id, "preview_officer")

    def _preview(self, request: HttpRequest, object_id: str, which: str) -> HttpResponse:
        procedure = get_object_or_404(Procedure, pk=object_id)
        if procedure.published is None:
            messages.warning(request, gettext("There is no published version yet."))
            return HttpResponseRedirect(reverse("admin:procedures_procedure_change", args=[procedure.pk]))
        return HttpResponseRedirect(_address(which, procedure.published))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _address(which: str, version: ProcedureVersion) -> str:
    return reverse(f"admin:procedures_procedureversion_{which}", args=[version.pk])


def _link(version: ProcedureVersion) -> SafeString:
    return format_html('<a href="{}">{} {}</a>', _address("change", version), gettext("version"), version.number)
