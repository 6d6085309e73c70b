"""Listening to the apps below: each piece of news that a citizen is owed becomes a row in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.signals import code_issued
from dossiers.enums import EventKind
from dossiers.signals import dossier_changed
from notifications import rules, services

if TYPE_CHECKING:
    from dossiers.models import Dossier, DossierEvent


def connect() -> None:
    """Subscribe; called once when the app is ready."""
    dossier_changed.connect(on_dossier_changed, dispatch_uid="notifications.dossier_changed")
    code_issued.connect(on_code_issued, dispatch_uid="notifications.code_issued")


def on_dossier_changed(sender: type, *, event: DossierEvent, dossier: Dossier, **kwargs: object) -> None:
    """Owe the citizen the news of an event; what is no longer true is not told any more."""
    if event.kind == EventKind.UNDO and event.undoes is not None:
        services.withdraw_unsent(event.undoes)
    topic, phone = rules.topic_of(event), phone_of(dossier)
    if topic is None or not phone:
        return
    services.enqueue(
        topic=topic,
        phone=phone,
        language=dossier.language,
        facts=event.facts,
        dedupe_key=f"event:{event.pk}:{phone}",
        at=event.at,
        event=event,
        dossier=dossier,
    )


def phone_of(dossier: Dossier) -> str:
    """Return the number that hears of a dossier: the applicant's, else that of the account; empty without either."""
    if dossier.applicant_phone:
        return dossier.applicant_phone
    return (dossier.owner.phone or "") if dossier.owner else ""


def on_code_issued(
    sender: object, *, phone: str, code: str, language: str, expires_at: datetime, at: datetime, **kwargs: object
) -> None:
    """Owe somebody the one-time code that they asked for."""
    services.send_code(phone=phone, code=code, language=language, at=at, expires_at=expires_at)
