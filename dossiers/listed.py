"""A dossier as the desk's lists show it: a row of values, for a model would cost more to build than to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from accounts.models import Agency, User
from procedures.models import Procedure

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProcedureName(NamedTuple):
    """A procedure, as far as a row names it."""

    code: str
    name: str


@dataclass(slots=True)
class Listed:
    """What a row shows, named as in the model; answers and search text stay in the database."""

    id: int
    code: str | None
    status: int
    version: int
    applicant_name: str
    procedure_id: int
    unit_id: int | None
    agency_id: int | None
    assignee_id: int | None
    submitted_at: datetime | None
    reply_due_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    procedure: ProcedureName = field(init=False)
    unit: Agency | None = field(init=False)
    agency: Agency | None = field(init=False)
    assignee: User | None = field(init=False)


COLUMNS = tuple(column.name for column in fields(Listed) if column.init)


def attach(rows: Iterable[Listed], agencies: Mapping[int, Agency]) -> None:
    """Give the rows their procedure and officer, read once for all, and their agencies, which are at hand."""
    named = Procedure.objects.filter(pk__in={row.procedure_id for row in rows}).order_by()
    procedures = {pk: ProcedureName(code, name) for pk, code, name in named.values_list("pk", "code", "name")}
    holders = {row.assignee_id for row in rows} - {None}
    officers = User.objects.only("full_name", "username", "phone").in_bulk(holders)
    for row in rows:
        row.procedure = procedures[row.procedure_id]
        row.assignee = officers[row.assignee_id] if row.assignee_id else None
        row.unit, row.agency = agencies.get(row.unit_id or 0), agencies.get(row.agency_id or 0)
