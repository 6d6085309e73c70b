"""Reads of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Max, QuerySet

from notifications.enums import State
from notifications.models import Message, ShortLink

if TYPE_CHECKING:
    from dossiers.models import Dossier

# What fits a phone, and the phones that fit a page.
ON_SCREEN = 60
PHONES = 12


def of_dossier(dossier: Dossier) -> QuerySet[Message]:
    """Return what was and will be told of a dossier, the latest first; what was sent again shows its last row only."""
    return Message.objects.filter(dossier=dossier, resent_as=None).order_by("-created_at", "-id")


def on_screen(phone: str) -> list[Message]:
    """Return what a phone has got, the latest first; what is forgotten by now is not there."""
    arrived = Message.objects.filter(phone=phone, state__in=(State.ACCEPTED, State.DELIVERED)).exclude(body="")
    return list(arrived.select_related("dossier__short_link").order_by("-accepted_at", "-id")[:ON_SCREEN])


def phones() -> dict[str, str]:
    """Return the phones that were told something most lately, with the names of their owners where they are known."""
    lately = Message.objects.values("phone").annotate(last=Max("recorded_at")).order_by("-last")
    numbers = [row["phone"] for row in lately[:PHONES]]
    names = dict(get_user_model().objects.filter(phone__in=numbers).values_list("phone", "full_name"))
    return {number: names.get(number, "") for number in numbers}


def short_link(token: str) -> ShortLink | None:
    """Return the short link with its dossier."""
    return ShortLink.objects.select_related("dossier").filter(token=token).first()
