"""What happens to a procedure: a draft is made from the published version, and published; agencies offer it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import Agency, User
from core.folding import fold
from procedures import changes, snapshot
from procedures.changes import Change
from procedures.enums import LifeEvent, VersionState
from procedures.models import Offering, Procedure, ProcedureVersion


class DraftExists(Exception):
    """The procedure already has a draft version."""


class AlreadyPublished(Exception):
    """Somebody else was faster: the version is no draft any more, or another version was published meanwhile."""


class NotPublishable(Exception):
    """The draft's terms are not complete or not sound.

    :ivar problems: pairs of key path and what is wrong there.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {problem}" for path, problem in problems))
        self.problems = problems


@transaction.atomic
def draft_from(*, procedure: Procedure) -> ProcedureVersion:
    """Return a new draft with the terms of the published version, or an empty one for a new procedure.

    :raises DraftExists: there is one already.
    """
    terms = _published_terms(procedure) or snapshot.complete({"name": procedure.name})
    try:
        with transaction.atomic():
            return create_draft(procedure=procedure, terms=terms)
    except IntegrityError:
        raise DraftExists from None


@transaction.atomic
def create_draft(*, procedure: Procedure, terms: snapshot.Terms) -> ProcedureVersion:
    """Return a new draft with the given complete terms."""
    last = ProcedureVersion.objects.filter(procedure=procedure).aggregate(last=Max("number"))["last"] or 0
    version = ProcedureVersion.objects.create(procedure=procedure, number=last + 1, **snapshot.version_columns(terms))
    snapshot.write(version, terms)
    return version


@transaction.atomic
def publish(*, version: ProcedureVersion, actor: User | None, at: datetime) -> list[Change]:
    """Make a draft the version in force, for good, and return what changed.

    :raises AlreadyPublished: somebody else was faster.
    :raises NotPublishable: with what is wrong; nothing has changed.
    """
    procedure = Procedure.objects.get(pk=version.procedure_id)
    old_id = procedure.published_id
    ProcedureVersion.objects.filter(published_for=procedure).update(state=VersionState.RETIRED)
    # Compare and set: the row is held from here on, so an edit under way has ended and none can begin.
    held = ProcedureVersion.objects.filter(pk=version.pk).drafts().update(published_at=at, published_by=actor)
    if not held:
        raise AlreadyPublished
    draft = ProcedureVersion.objects.prefetch_related(*snapshot.PREFETCH).get(pk=version.pk)
    new = snapshot.read(draft)
    if problems := list(changes.problems(new)):
        raise NotPublishable(problems)
    changed = changes.between(_terms_of(old_id), new)
    note = "\n".join(str(change) for change in changed)
    ProcedureVersion.objects.filter(pk=version.pk).drafts().update(change_note=note, state=VersionState.PUBLISHED)
    moved = Procedure.objects.filter(pk=procedure.pk, published=old_id).update(
        published=version.pk, name=new["name"], search_text=search_text(procedure, name=new["name"])
    )
    if not moved:
        raise AlreadyPublished
    version.refresh_from_db()
    return changed


@transaction.atomic
def offer(*, procedure: Procedure, agencies: Iterable[Agency]) -> int:
    """Let the agencies receive dossiers of the procedure; return how many did not before."""
    offering = set(Offering.objects.filter(procedure=procedure).values_list("agency_id", flat=True))
    new = {agency.pk: agency for agency in agencies if agency.pk not in offering}
    Offering.objects.bulk_create(
        [Offering(procedure=procedure, agency=agency) for agency in new.values()], ignore_conflicts=True
    )
    return len(new)


@transaction.atomic
def withdraw_offer(*, procedure: Procedure, agencies: Iterable[Agency]) -> int:
    """Stop the agencies from receiving new dossiers of the procedure; return how many did before."""
    gone, _rows = Offering.objects.filter(procedure=procedure, agency__in=list(agencies)).delete()
    return gone


def search_text(procedure: Procedure, *, name: str | None = None) -> str:
    """Return what the catalogue's search looks in: code, name, sector, life events and everyday words, folded."""
    events = dict(LifeEvent.choices)
    words = [
        procedure.code,
        name or procedure.name,
        procedure.sector.name,
        *(_EVENT_WORDS.get(event, "") for event in procedure.life_events if event in events),
        *procedure.keywords,
    ]
    return fold(" ".join(str(word) for word in words))


def refresh_search_text(procedure: Procedure) -> None:
    """Write the search text after name, sector, life events or everyday words changed."""
    Procedure.objects.filter(pk=procedure.pk).update(search_text=search_text(procedure))


def preview_changes(version: ProcedureVersion) -> tuple[list[Change], list[tuple[str, str]]]:
    """Return what publishing the draft would change, and what stands in the way."""
    new = snapshot.read(version)
    return changes.between(_terms_of(version.procedure.published_id), new), list(changes.problems(new))


# The words people search by stay Vietnamese whatever the page's language is.
_EVENT_WORDS: Mapping[str, str] = {
    LifeEvent.BIRTH: "sinh con em bé",
    LifeEvent.MARRIAGE: "kết hôn cưới",
    LifeEvent.DEATH: "người mất tang lễ",
    LifeEvent.HOUSE: "nhà đất",
    LifeEvent.BUSINESS: "kinh doanh buôn bán",
    LifeEvent.MOVING: "chuyển nhà chuyển chỗ ở",
}


def _published_terms(procedure: Procedure) -> snapshot.Terms | None:
    return _terms_of(procedure.published_id)


def _terms_of(version_id: int | None) -> Any:
    if version_id is None:
        return None
    version = ProcedureVersion.objects.prefetch_related(*snapshot.PREFETCH).get(pk=version_id)
    return snapshot.read(version)
