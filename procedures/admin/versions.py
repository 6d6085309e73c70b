"""Versions: a draft is edited part by part, looked at as citizen and officer, and published for good."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import User
from procedures import services
from procedures.admin import previews
from procedures.admin.editing import FormFieldForm, FormGroupForm, RequiredPaperForm, VersionForm, as_typed
from procedures.enums import VersionState
from procedures.models import (
    Fee,
    FormField,
    FormGroup,
    ProcedureVersion,
    RequiredPaper,
    RouteStep,
    TimeLimit,
)

_TYPED = frozenset({"results", "choices", "limits", "condition"})


def is_draft(obj: Model | None) -> bool:
    """Tell whether the version, or the version of the group, may still be edited."""
    version = obj.version if isinstance(obj, FormGroup) else obj
    return isinstance(version, ProcedureVersion) and version.state == VersionState.DRAFT


def _legible(fields: Any, obj: Model | None) -> Any:
    """Return a form's fields, with those kept as JSON in their typed spelling where they can only be read."""
    if isinstance(fields, str):
        return f"{fields}_shown" if fields in _TYPED and not is_draft(obj) else fields
    return tuple(_legible(field, obj) for field in fields)


class DraftOnly:
    """Rows of a version: edited while it is a draft, shown afterwards."""

    extra = 0
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})},
    }

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_draft(obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]


class GroupInline(DraftOnly, TabularInline):
    model = FormGroup
    fields = ("title", "key", "is_repeating", "min_rows", "max_rows", "position", "questions")
    readonly_fields = ("questions",)
    ordering_field = "position"
    hide_ordering_field = True
    tab = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormGroup]:
        groups: QuerySet[FormGroup] = super().get_queryset(request)
        return groups.annotate(question_count=Count("fields"))

    @admin.display(description=_("questions"))
    def questions(self, group: FormGroup) -> str | SafeString:
        """Lead to the group's own page, where its questions are edited."""
        if group.pk is None:
            return gettext("after saving")
        count = getattr(group, "question_count", 0)
        text = ngettext("%(count)d question", "%(count)d questions", count) % {"count": count}
        address = reverse("admin:procedures_formgroup_change", args=[group.pk])
        return format_html('<a href="{}" class="underline">{}</a>', address, text)


class PaperInline(DraftOnly, StackedInline):
    model = RequiredPaper
    form = RequiredPaperForm
    fields = (("name", "key"), ("quantity", "is_required", "is_looked_up"), "condition", "position")
    readonly_fields = ("condition_shown",)
    ordering_field = "position"
    hide_ordering_field = True
    collapsible = True
    tab = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        return _legible(self.fields, obj)

    @admin.display(description=_("Asked for when"))
    def condition_shown(self, paper: RequiredPaper) -> SafeString:
        return as_typed(RequiredPaperForm, paper, "condition")


class FeeInline(DraftOnly, TabularInline):
    model = Fee
    fields = ("name", "kind", "channel", "amount_vnd", "collect_when", "note", "position")
    ordering_field = "position"
    hide_ordering_field = True
    tab = True


class TimeLimitInline(DraftOnly, TabularInline):
    model = TimeLimit
    fields = ("channel", "value", "unit", "same_day_until", "note")
    max_num = 3
    tab = True


class StepInline(DraftOnly, TabularInline):
    model = RouteStep
    fields = ("position", "name", "role", "limit_hours")
    tab = True


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(ModelAdmin):
    form = VersionForm
    list_display = ("procedure_code", "number", "name", "state_label", "published_at", "published_by")
    list_display_links = ("procedure_code", "number", "name")
    list_filter = ("state", "is_verified", "procedure__sector")
    list_select_related = ("procedure", "published_by")
    list_per_page = 50
    search_fields = ("procedure__code", "procedure__search_text")
    ordering = ("procedure__code", "-number")
    readonly_fields = ("procedure", "number", "state", "published_at", "published_by", "change_note", "results_shown")
    fieldsets = (
        (None, {"fields": (("procedure", "number", "state"), "name", ("subjects", "authority"), "how", "where")}),
        (_("law and source"), {"fields": ("legal_basis", "results", "source", "is_verified")}),
        (_("handling"), {"fields": (("needs_approval", "supplement_days"),)}),
        (_("publishing"), {"fields": (("published_at", "published_by"), "change_note")}),
    )
    inlines = (GroupInline, PaperInline, FeeInline, TimeLimitInline, StepInline)
    actions_detail = ("publish", "preview_citizen", "preview_officer")

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A draft begins as a copy of the version in force, from the procedure's page.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (obj is None or is_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (obj is None or is_draft(obj)) and super().has_delete_permission(request, obj)

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Tell whether the person may publish this version; a published one is not published again."""
        found = ProcedureVersion.objects.filter(pk=object_id).first() if object_id else None
        return is_draft(found) and self.has_change_permission(request, found)

    def get_fieldsets(self, request: HttpRequest, obj: ProcedureVersion | None = None) -> Any:
        return [(title, {**parts, "fields": _legible(parts["fields"], obj)}) for title, parts in self.fieldsets]

    @admin.display(description=_("Results"))
    def results_shown(self, version: ProcedureVersion) -> SafeString:
        return as_typed(VersionForm, version, "results")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # No deleting in bulk: a published version among the rows could only fail.
        return {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcedureVersion]:
        versions: QuerySet[ProcedureVersion] = super().get_queryset(request)
        return versions.select_related("procedure")

    @admin.display(description=_("procedure"), ordering="procedure__code")
    def procedure_code(self, version: ProcedureVersion) -> str:
        return version.procedure.code

    @display(
        description=_("state"),
        label={VersionState.DRAFT: "warning", VersionState.PUBLISHED: "success", VersionState.RETIRED: "default"},
    )
    def state_label(self, version: ProcedureVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @action(description=_("Publish"), icon="publish", variant=ActionVariant.PRIMARY, permissions=["publish"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would change; on confirmation, publish for good."""
        version = get_object_or_404(ProcedureVersion.objects.select_related("procedure"), pk=object_id)
        if request.method == "POST":
            return self._publish(request, version)
        changes, problems = services.preview_changes(version)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("Publish version %(number)s of %(code)s")
            % {"number": version.number, "code": version.procedure.code},
            "version": version,
            "changes": changes,
            "problems": problems,
        }
        return TemplateResponse(request, "procedures_admin/publish.html", context)

    def _publish(self, request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
        try:
            changes = services.publish(version=version, actor=_person(request), at=timezone.now())
        except services.NotPublishable:
            return HttpResponseRedirect(request.path)
        except services.AlreadyPublished:
            messages.error(request, gettext("Somebody else was faster: another version has been published."))
        else:
            self.log_change(request, version, f"published: {len(changes)} changes")
            messages.success(request, gettext("Published. New dossiers are filed under this version."))
        return HttpResponseRedirect(reverse("admin:procedures_procedureversion_change", args=[version.pk]))

    @action(description=_("Preview as citizen"), icon="visibility", permissions=["view"])
    def preview_citizen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return previews.as_citizen(request, get_object_or_404(ProcedureVersion, pk=object_id))

    @action(description=_("Preview as officer"), icon="preview", permissions=["view"])
    def preview_officer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.model._meta}
        return previews.as_officer(request, get_object_or_404(ProcedureVersion, pk=object_id), context)


class FieldInline(DraftOnly, StackedInline):
    model = FormField
    form = FormFieldForm
    fields = (
        ("label", "key"),
        ("kind", "is_required"),
        "help_text",
        "choices",
        "limits",
        "condition",
        "profile_key",
        "position",
    )
    readonly_fields = ("choices_shown", "limits_shown", "condition_shown")
    ordering_field = "position"
    hide_ordering_field = True
    collapsible = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        return _legible(self.fields, obj)

    @admin.display(description=_("Choices"))
    def choices_shown(self, field: FormField) -> SafeString:
        return as_typed(FormFieldForm, field, "choices")

    @admin.display(description=_("Limits"))
    def limits_shown(self, field: FormField) -> SafeString:
        return as_typed(FormFieldForm, field, "limits")

    @admin.display(description=_("Shown when"))
    def condition_shown(self, field: FormField) -> SafeString:
        return as_typed(FormFieldForm, field, "condition")


@admin.register(FormGroup)
class FormGroupAdmin(ModelAdmin):
    """The fields of one group; reached from its version."""

    form = FormGroupForm
    fields = (
        "of_version",
        ("title", "key"),
        "help_text",
        ("is_repeating", "min_rows", "max_rows"),
        "condition",
    )
    readonly_fields = ("of_version", "condition_shown")
    inlines = (FieldInline,)

    def get_fields(self, request: HttpRequest, obj: FormGroup | None = None) -> tuple[Any, ...]:
        return _legible(self.fields, obj)

    @admin.display(description=_("Shown when"))
    def condition_shown(self, group: FormGroup) -> SafeString:
        return as_typed(FormGroupForm, group, "condition")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (obj is None or is_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (obj is None or is_draft(obj)) and super().has_delete_permission(request, obj)

    @admin.display(description=_("version"))
    def of_version(self, group: FormGroup) -> SafeString:
        address = reverse("admin:procedures_procedureversion_change", args=[group.version_id])
        return format_html('<a href="{}">{}</a>', address, group.version)

    def response_change(self, request: HttpRequest, obj: FormGroup) -> HttpResponse:
        """Go back to the version, where the other groups are."""
        if "_continue" in request.POST:
            answer: HttpResponse = super().response_change(request, obj)
            return answer
        messages.success(request, gettext("The questions of “%(title)s” are saved.") % {"title": obj.title})
        return HttpResponseRedirect(reverse("admin:procedures_procedureversion_change", args=[obj.version_id]))


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
