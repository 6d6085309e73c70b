"""A phone on the screen: what a citizen of the demonstration gets by Zalo and SMS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.phones import InvalidPhone, display_mobile, normalise_mobile
from notifications import links, selectors
from notifications.enums import Kind
from notifications.models import Message

SECONDS_BETWEEN_LOOKS = 2


@dataclass(frozen=True)
class Bubble:
    """One message as the phone shows it."""

    text: SafeString
    at: datetime
    is_zalo: bool
    link: str
    is_read: bool


@never_cache
@require_safe
def handset(request: HttpRequest) -> HttpResponse:
    """Show a phone, or only its screen to a page that asks for news of it; 204 when it has none."""
    if not settings.DEMO:
        raise Http404
    owners = selectors.phones()
    phone = _chosen(request.GET.get("so", "")) or next(iter(owners), "")
    messages = selectors.on_screen(phone)
    stamp = _stamp(messages)
    is_fragment = request.headers.get("HX-Request") == "true"
    if is_fragment and request.GET.get("dau") == stamp:
        return HttpResponse(status=204)
    context = {
        "phones": [(number, display_mobile(number), name, number == phone) for number, name in owners.items()],
        "number": display_mobile(phone),
        "owner": owners.get(phone, ""),
        "bubbles": [_bubble(message) for message in messages],
        "address": f"{reverse('notifications:handset')}?{urlencode({'so': phone, 'dau': stamp})}",
        "seconds": SECONDS_BETWEEN_LOOKS,
        "now": timezone.localtime(),
    }
    return render(request, "notifications/_screen.html" if is_fragment else "notifications/handset.html", context)


def _chosen(text: str) -> str:
    try:
        return normalise_mobile(text)
    except InvalidPhone:
        return ""


def _stamp(messages: list[Message]) -> str:
    """Return a short mark that changes with what is on the screen."""
    seen = ",".join(f"{message.pk}{message.read_at}" for message in messages)
    return salted_hmac("notifications.handset", seen).hexdigest()[:16]


def _bubble(message: Message) -> Bubble:
    token = getattr(getattr(message.dossier, "short_link", None), "token", "")
    path = reverse("notifications:short_link", args=[token]) if token else ""
    is_zalo = message.channel == Kind.ZNS
    return Bubble(
        text=_with_link(message.body, links.address(token), path) if path else format_html("{}", message.body),
        at=timezone.localtime(message.accepted_at),
        is_zalo=is_zalo,
        link=path if is_zalo else "",
        is_read=message.read_at is not None,
    )


def _with_link(body: str, shown: str, path: str) -> SafeString:
    """Make our short address a link, as phones do."""
    before, found, after = body.partition(shown)
    if not found:
        return format_html("{}", body)
    return format_html('{}<a href="{}">{}</a>{}', before, path, shown, after)
