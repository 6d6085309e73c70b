"""Keeping what was typed: on the server with every save, and over a session that ended meanwhile."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from dossiers.views import keeping

_MAX_REVISION = 2**31 - 1


def stamp(answers: object) -> str:
    """Return a short name of a group's answers, by which two savings tell whether one has seen the other."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(*, draft: Dossier, actor: User, group: str, answers: Any, base: int, seen: str, at: datetime) -> int:
    """Keep a group's answers and return the draft's newest revision.

    Another device stands against it only if it changed this very group: saving again what is there already, as after
    an answer that got lost on the line, and saving beside a change of another group, are no conflicts.

    :raises services.DraftConflict: the group was changed elsewhere; ``draft`` then holds what stands there now.
    """
    for is_last_try in (False, True):
        there = draft.data.get(group)
        if there == answers:
            return draft.draft_revision
        try:
            return services.save_answers(
                public_id=draft.public_id,
                actor=actor,
                group=group,
                answers=answers,
                base_revision=draft.draft_revision if seen == stamp(there) else base,
                at=at,
            )
        except services.DraftConflict:
            draft.refresh_from_db(fields=["data", "draft_revision"])
            if is_last_try or seen != stamp(draft.data.get(group)):
                raise
    raise AssertionError


def base_of(request: HttpRequest) -> int:
    """Return the revision that the page had on the screen.

    :raises BadRequest: there is none.
    """
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _MAX_REVISION):
        raise BadRequest
    return int(text)


def check_whole(request: HttpRequest) -> None:
    """Make sure that the form arrived whole: a body cut on the line must not empty what was answered before.

    :raises BadRequest: its last field is missing.
    """
    if "whole" not in request.POST:
        raise BadRequest


def say_kept(request: HttpRequest) -> None:
    """Tell that the draft is kept, and that keeping is not submitting."""
    messages.info(request, _("The draft is kept. It has not been submitted: open it again to go on."))


def keep_until_signed_in(request: HttpRequest, *, public_id: UUID, group: str) -> None:
    """Hold what somebody sent after their session had ended, only for a draft that exists."""
    if Dossier.objects.filter(public_id=public_id, status=Status.DRAFT).exists():
        keeping.hold(request, f"{public_id}/{group}")


def kept(request: HttpRequest, *, draft: Dossier, group: str, at: datetime) -> QueryDict | None:
    """Return what was held for this group of this draft, once."""
    return keeping.held(request, f"{draft.public_id}/{group}", at=at)
