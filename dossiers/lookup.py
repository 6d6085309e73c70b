"""Public lookup by code and a second factor: status, unit and dates, and the same work whether or not it is found."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import limits
from dossiers.enums import Status
from dossiers.models import Dossier

_CODE = re.compile(r"^[A-Z][0-9]{2}(?:\.[0-9]{1,3}){0,3}-[0-9]{6}-[0-9]{4,7}$")
_FACTOR = re.compile(r"^[0-9]{4}$", re.ASCII)
_NOBODY = "----"
# No more than is compared or shown: reading a wide row takes time that would tell a known code from an unknown one.
_COLUMNS = (
    "code",
    "status",
    "applicant_phone",
    "applicant_identity",
    "unit__name",
    "submitted_at",
    "received_at",
    "due_at",
    "paused_at",
    "finished_at",
    "closed_at",
)
# 20 in a minute from one place (threat T2); and so few wrong tries of one code that four digits can't be tried through.
_BY_CALLER, _CALLER_PER = 20, timedelta(minutes=1)
_BY_CODE, _CODE_PER = 10, timedelta(hours=1)


@dataclass(frozen=True)
class PublicStatus:
    """What anybody who holds code and factor may see; no name, no procedure, no paper."""

    code: str
    status: Status
    unit: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    is_paused: bool
    is_late: bool


def normalise_code(text: str) -> str:
    """Return a typed code as it is stored: capitals, no blanks, letters read for the digits they look like."""
    plain = re.sub(r"\s+", "", text[:60]).upper().replace("–", "-")
    head, rest = plain[:1], plain[1:]
    return head + rest.replace("O", "0").replace("I", "1").replace("L", "1")


def ask(*, code: str, factor: str, caller: str, at: datetime) -> PublicStatus | None:
    """Answer a visitor, counting what came from the same place and what was tried on the same code.

    :raises Limited: too often; the answer to a question that fits is not counted against its code.
    """
    per_code = limits.Rule(f"lookup-code:{normalise_code(code)}", _BY_CODE, _CODE_PER)
    limits.hit_all([limits.Rule(f"lookup:{caller}", _BY_CALLER, _CALLER_PER), per_code], at=at)
    found = find(code=code, factor=factor, at=at)
    if found is not None:
        limits.take_back([per_code], at=at)
    return found


def find(*, code: str, factor: str, at: datetime) -> PublicStatus | None:
    """Return the public status if the last four digits of the phone or the identity number fit.

    An unknown code and a wrong factor take the same query and the same comparisons.
    """
    code, factor = normalise_code(code), factor.strip()
    dossier = None
    if _CODE.match(code):
        found = Dossier.objects.select_related("unit").filter(code=code).exclude(status=Status.DRAFT)
        dossier = found.only(*_COLUMNS).first()
    phone = (dossier.applicant_phone if dossier else "")[-4:] or _NOBODY
    identity = (dossier.applicant_identity if dossier else "")[-4:] or _NOBODY
    given = factor if _FACTOR.match(factor) else "????"
    fits = hmac.compare_digest(phone.encode(), given.encode()) | hmac.compare_digest(identity.encode(), given.encode())
    return _public(dossier, at) if dossier is not None and fits else None


def _public(dossier: Dossier, at: datetime) -> PublicStatus:
    assert dossier.code is not None
    assert dossier.submitted_at is not None
    return PublicStatus(
        code=dossier.code,
        status=Status(dossier.status),
        unit=dossier.unit.name if dossier.unit else "",
        submitted_at=dossier.submitted_at,
        received_at=dossier.received_at,
        due_at=None if dossier.paused_at else dossier.due_at,
        closed_at=dossier.closed_at,
        is_paused=dossier.paused_at is not None,
        is_late=dossier.is_late(at),
    )
