"""Administration of messages: texts with preview, who hears of what, and the outbox with its dead letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from core.phones import mask_mobile
from notifications import preview, rules, services, telling
from notifications.enums import Preset, State, Topic
from notifications.models import (
    Attempt,
    ChannelPause,
    Message,
    NoticeRule,
    Reachability,
    Receipt,
    Template,
)


class _KeptRows(ModelAdmin):
    """Rows that the product makes; people look at them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Template)
class TemplateAdmin(_KeptRows):
    list_display = ("topic", "channel", "language", "size", "is_active")
    list_filter = ("channel", "language", "is_active")
    list_per_page = 100
    search_fields = ("body",)
    readonly_fields = ("topic", "channel", "language", "variables", "shown", "updated_at")
    fields = (
        "topic",
        "channel",
        "language",
        "body",
        "shown",
        "variables",
        "zns_template_id",
        "keeps_accents",
        "is_active",
        "updated_at",
    )

    @admin.display(description=_("size"))
    def size(self, template: Template) -> str:
        return preview.of(template).size

    @admin.display(description=_("variables"))
    def variables(self, template: Template) -> str:
        return preview.variables(Topic(template.topic))

    @admin.display(description=_("with the longest real values"))
    def shown(self, template: Template) -> SafeString:
        return _shown(template)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/preview/",
            self.admin_site.admin_view(require_POST(self.show_preview)),
            name="notifications_preview",
        )
        return [own, *super().get_urls()]

    def show_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a text as it would be sent, while it is being written; nothing is stored."""
        template = get_object_or_404(Template, pk=pk)
        if not self.has_change_permission(request, template):
            return HttpResponse(status=403)
        template.body = request.POST.get("body", "")[:2000]
        template.keeps_accents = "keeps_accents" in request.POST
        return HttpResponse(_shown(template))

    def get_form(
        self, request: HttpRequest, obj: Template | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and "body" in form.base_fields:
            form.base_fields["body"].widget.attrs |= {
                "rows": 4,
                "hx-post": reverse("admin:notifications_preview", args=[obj.pk]),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#template-preview",
                "hx-swap": "outerHTML",
            }
        return form


def _shown(template: Template) -> SafeString:
    return render_to_string("notifications/admin/_preview.html", {"preview": preview.of(template)})


class _SwitchForm(forms.ModelForm):
    """A switch in the list says aloud what it switches."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["is_sent"].widget.attrs["aria-label"] = self.instance.get_topic_display()


@admin.register(NoticeRule)
class NoticeRuleAdmin(_KeptRows):
    list_display = ("topic", "is_sent")
    list_editable = ("is_sent",)
    list_per_page = 100
    readonly_fields = ("topic",)
    actions_list = ("use_every_change", "use_dong_nai_nine")

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> type[forms.ModelForm]:
        options.setdefault("form", _SwitchForm)
        form: type[forms.ModelForm] = super().get_changelist_form(request, **options)
        return form

    @action(description=_("Send every change of status"), permissions=["change"])
    def use_every_change(self, request: HttpRequest) -> HttpResponse:
        return self._use(request, Preset.EVERY_CHANGE)

    @action(description=_("Send Dong Nai's nine notices"), permissions=["change"])
    def use_dong_nai_nine(self, request: HttpRequest) -> HttpResponse:
        return self._use(request, Preset.DONG_NAI_NINE)

    def _use(self, request: HttpRequest, preset: Preset) -> HttpResponse:
        """Show what would be sent from now on; on confirmation, use it."""
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), "opts": self.model._meta, "title": preset.label}
            context["notices"] = [(topic.label, topic not in rules.SILENT[preset]) for topic in rules.SWITCHABLE]
            return TemplateResponse(request, "notifications/admin/preset.html", context)
        services.use_preset(preset)
        messages.success(request, _("In use from now on: %(preset)s.") % {"preset": preset.label})
        return HttpResponseRedirect(reverse("admin:notifications_noticerule_changelist"))


class _KeptLines(TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AttemptInline(_KeptLines):
    model = Attempt
    fields = ("number", "channel", "provider", "started_at", "ended_at", "outcome", "fault", "code", "provider_ref")
    readonly_fields = fields


class ReceiptInline(_KeptLines):
    model = Receipt
    fields = ("provider", "status", "code", "at", "received_at", "applied_at")
    readonly_fields = fields


class DeadLetters(admin.SimpleListFilter):
    title = _("dead letters")
    parameter_name = "dead"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("1", str(_("to be looked after")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(state=State.FAILED, resent_as=None) if self.value() == "1" else queryset


@admin.register(Message)
class MessageAdmin(_KeptRows):
    list_display = ("topic", "number", "dossier", "way", "fault", "code", "created_at")
    list_filter = (DeadLetters, "state", "channel", "fault", "topic")
    list_select_related = ("dossier",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("dossier__code",)
    search_help_text = _("Last digits of the phone (at least three), or the dossier's code")
    actions = ("resend", "hold", "release", "cancel")
    inlines = (AttemptInline, ReceiptInline)
    fields = (
        "topic",
        "number",
        "dossier",
        "state",
        "way",
        "text",
        "fault",
        "code",
        "attempts",
        "next_attempt_at",
        "provider",
        "provider_ref",
        "resent_as",
        "created_at",
        "expires_at",
    )
    readonly_fields = fields

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # The list's actions are the only changes; on a message's own page there is nothing to save.
        return obj is None and super().has_change_permission(request)

    @admin.display(description=_("to"))
    def number(self, message: Message) -> str:
        return mask_mobile(message.phone)

    @admin.display(description=_("how far it came"))
    def way(self, message: Message) -> str:
        return telling.way(message)

    @admin.display(description=_("text as sent"))
    def text(self, message: Message) -> str:
        return telling.line(message).body

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """Read digits as the end of a phone number, anything else as a dossier's code."""
        term = search_term.strip()
        if term.isdigit() and 3 <= len(term) <= 10:
            return queryset.filter(phone__endswith=term.removeprefix("0")), False
        return (queryset.filter(dossier__code=term.upper()), False) if term else (queryset, False)

    @admin.action(description=_("Send again"), permissions=["change"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        done = 0
        for pk in queryset.values_list("pk", flat=True):
            try:
                services.resend(pk, at=timezone.now())
            except services.NotResendable:
                continue
            done += 1
        self._say(request, done)

    @admin.action(description=_("Hold back"), permissions=["change"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._say(request, services.hold(queryset.values_list("pk", flat=True)))

    @admin.action(description=_("Release"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._say(request, services.release(queryset.values_list("pk", flat=True), at=timezone.now()))

    @admin.action(description=_("Give up"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._say(request, services.cancel(queryset.values_list("pk", flat=True)))

    def _say(self, request: HttpRequest, done: int) -> None:
        """Say how many it was: the others were in no state for it."""
        text = ngettext("%(count)d message changed.", "%(count)d messages changed.", done) % {"count": done}
        messages.add_message(request, messages.SUCCESS if done else messages.WARNING, text)


@admin.register(Receipt)
class ReceiptAdmin(_KeptRows):
    list_display = ("provider", "status", "code", "at", "received_at", "is_matched")
    list_filter = ("provider", "status", ("message", admin.EmptyFieldListFilter))
    show_full_result_count = False
    fields = ("provider", "reference", "status", "code", "at", "received_at", "message", "applied_at")
    readonly_fields = fields

    @admin.display(description=_("fits a message"), boolean=True)
    def is_matched(self, receipt: Receipt) -> bool:
        return receipt.message_id is not None


@admin.register(Reachability)
class ReachabilityAdmin(ModelAdmin):
    list_display = ("number", "channel", "code", "learned_at", "unreachable_until")
    list_filter = ("channel", "code")
    fields = ("number", "channel", "code", "learned_at", "unreachable_until")
    readonly_fields = ("number", "channel", "code", "learned_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("mobile number"))
    def number(self, row: Reachability) -> str:
        return mask_mobile(row.phone)


@admin.register(ChannelPause)
class ChannelPauseAdmin(ModelAdmin):
    list_display = ("channel", "code", "since", "until")
    readonly_fields = ("channel", "code", "since")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
