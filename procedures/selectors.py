"""What may be read of the catalogue: search, one published procedure, who offers it."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from accounts.models import Agency
from core.folding import fold
from procedures.enums import Channel
from procedures.models import Fee, Procedure, ProcedureVersion, Sector, TimeLimit

# A printed code may carry a local suffix, such as 1.012783.H19; the national part finds the procedure.
_CODE = re.compile(r"^(\d\.\d{6})\b", re.ASCII)
_MAX_QUERY = 100
_MAX_WORDS = 10


@dataclass(frozen=True)
class ChannelTerms:
    """How long a dossier takes and what it costs by one channel."""

    channel: Channel
    limit: TimeLimit | None
    fees: list[Fee] = field(default_factory=list)


def search(q: str = "", *, sector: str = "", level: str = "", life_event: str = "") -> QuerySet[Procedure]:
    """Return the procedures on offer that hold every word of ``q``, the plainest match first.

    A name that holds the words as one phrase comes before a name that holds them apart, and a short name before
    a long one: "dang ky khai sinh" means the plain registration of a birth, not one of its special cases.
    """
    found = Procedure.objects.filter(is_active=True, published__isnull=False).select_related("sector")
    if sector:
        found = found.filter(sector__slug=sector)
    if level:
        found = found.filter(levels__icontains=f'"{level}"')
    if life_event:
        found = found.filter(life_events__icontains=f'"{life_event}"')
    phrase = _phrase(q)
    if not phrase:
        return found.order_by("sector__name", "name", "id")
    for word in phrase.split()[:_MAX_WORDS]:
        found = found.filter(search_text__contains=word)
    together = Case(When(search_text__contains=phrase, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(together, Length("name"), "code")


def published(code: str) -> ProcedureVersion:
    """Return the version in force of a procedure on offer, with its terms.

    :raises ProcedureVersion.DoesNotExist: there is no such procedure, or it is not offered now.
    """
    return (
        ProcedureVersion.objects.select_related("procedure__sector")
        .prefetch_related("papers", "time_limits", Prefetch("fees", queryset=Fee.objects.order_by("position", "id")))
        .get(published_for__code=code, published_for__is_active=True)
    )


def channel_terms(version: ProcedureVersion) -> list[ChannelTerms]:
    """Return time and money by channel, online first; a fee without a channel counts for each."""
    limits = {limit.channel: limit for limit in version.time_limits.all()}
    fees = list(version.fees.all())
    return [
        ChannelTerms(channel, limits.get(channel), [fee for fee in fees if fee.channel in ("", channel)])
        for channel in Channel
        if channel in limits or any(fee.channel == channel for fee in fees)
    ]


def notes(terms: list[ChannelTerms]) -> list[str]:
    """Return what the source adds to time and money, each remark once, with what it is about and for which channels."""
    channels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term in terms:
        rows = [(_("Time limit"), term.limit), *((fee.name, fee) for fee in term.fees)]
        for what, row in rows:
            if row is not None and row.note:
                channels[what, row.note].append(str(term.channel.label).lower())
    return [
        f"{what}: {note}" if len(under) == len(terms) else f"{what} ({', '.join(under)}): {note}"
        for (what, note), under in channels.items()
    ]


def offering_agencies(procedure_id: int, *, place: str = "") -> QuerySet[Agency]:
    """Return the active agencies that receive a procedure, narrowed to those whose commune's name holds ``place``."""
    agencies = Agency.objects.filter(offerings__procedure_id=procedure_id, is_active=True)
    words = _phrase(place).split()[:_MAX_WORDS]
    for word in words:
        agencies = agencies.filter(commune__search_text__contains=word)
    return agencies.order_by("name", "id")


def sectors() -> QuerySet[Sector]:
    """Return the sectors that have a procedure on offer."""
    return (
        Sector.objects.filter(procedures__is_active=True, procedures__published__isnull=False)
        .distinct()
        .order_by("name")
    )


def _phrase(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text[:_MAX_QUERY])
    code = _CODE.match(printable.strip())
    return code.group(1) if code else fold(printable)
