"""Writing the records: a changed one becomes a new published version, an equal one is left alone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from core.folding import fold
from procedures import changes, services, snapshot
from procedures.enums import VersionState
from procedures.importer import convert
from procedures.importer.reading import BadFile, Record
from procedures.models import Procedure, ProcedureVersion, Sector


@dataclass
class Report:
    """Codes by what happened to them; ``kept`` were published by a person and are not overwritten."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def written(self) -> int:
        return len(self.created) + len(self.changed)


@transaction.atomic
def load(records: list[Record], *, at: datetime, overwrite: bool = False) -> Report:
    """Bring the catalogue to the state of the records, all or nothing.

    :param overwrite: also replace versions that a person published in the administration.
    :raises BadFile: the terms of a record are not sound; nothing has changed.
    """
    described = [convert.terms_of(record) for record in records]
    _refuse_unsound(records, described)
    report = Report()
    existing = {procedure.code: procedure for procedure in _existing([record["code"] for record in records])}
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    for index, (record, terms) in enumerate(zip(records, described, strict=True)):
        try:
            _load_one(record, terms, existing.get(record["code"]), sectors, report, at=at, overwrite=overwrite)
        except services.DraftExists:
            what = "a draft version is being edited; publish or delete it first"
            raise BadFile([_problem(index, record, "code", what)]) from None
    return report


def _refuse_unsound(records: list[Record], described: list[snapshot.Terms]) -> None:
    problems = [
        _problem(index, record, path, what)
        for index, (record, terms) in enumerate(zip(records, described, strict=True))
        for path, what in changes.problems(terms)
    ]
    if problems:
        raise BadFile(problems)


def _existing(codes: list[str]) -> Any:
    paths = [f"published__{path}" for path in snapshot.PREFETCH]
    found = Procedure.objects.filter(code__in=codes).select_related("sector", "published").prefetch_related(*paths)
    return found.prefetch_related("versions")


def _load_one(
    record: Record,
    terms: snapshot.Terms,
    procedure: Procedure | None,
    sectors: dict[str, Sector],
    report: Report,
    *,
    at: datetime,
    overwrite: bool,
) -> None:
    columns = {**convert.procedure_columns(record), "sector": _sector(record["field"], sectors)}
    if procedure is None:
        created = Procedure.objects.create(code=record["code"], **columns)
        _publish(created, terms, at=at)
        report.created.append(record["code"])
        return
    old = procedure.published
    if old is not None and old.published_by_id is not None and not overwrite:
        report.kept.append(record["code"])
        return
    has_new_terms = old is None or snapshot.read(old) != terms
    has_new_columns = any(getattr(procedure, name) != value for name, value in columns.items())
    if not has_new_terms and not has_new_columns:
        report.unchanged.append(record["code"])
        return
    _change(procedure, columns)
    if has_new_terms:
        if any(version.state == VersionState.DRAFT for version in procedure.versions.all()):
            raise services.DraftExists
        _publish(procedure, terms, at=at)
    report.changed.append(record["code"])


def _problem(index: int, record: Record, path: str, what: str) -> str:
    return f"Record {index + 1} ({record['code']}), key '{path}': {what}"


def _change(procedure: Procedure, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(procedure, name, value)
    procedure.save(update_fields=list(columns))
    services.refresh_search_text(procedure)


def _publish(procedure: Procedure, terms: snapshot.Terms, *, at: datetime) -> ProcedureVersion:
    version = services.create_draft(procedure=procedure, terms=terms)
    services.publish(version=version, actor=None, at=at)
    return version


def _sector(name: str, sectors: dict[str, Sector]) -> Sector:
    if name not in sectors:
        base = slugify(fold(name))[:70] or "linh-vuc"
        slug, number = base, 2
        while Sector.objects.filter(slug=slug).exists():
            slug, number = f"{base}-{number}", number + 1
        sectors[name] = Sector.objects.create(name=name, slug=slug)
    return sectors[name]
