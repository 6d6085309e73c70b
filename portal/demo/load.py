"""Fill an empty database with the demo province and two months of its life."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction

from accounts.models import Agency, User
from core import calendars, doorbell
from dossiers import papers, services
from dossiers.models import Dossier, Paper
from notifications import services as notices
from portal.demo import agencies, answers, journeys, people, scans
from procedures import forms
from procedures.enums import Channel
from procedures.models import Procedure

# What people file most, by procedure code.
POPULAR = {
    "1.001193": 20,
    "1.004873": 12,
    "1.000894": 6,
    "1.000656": 6,
    "2.000815": 10,
    "1.004194": 10,
    "1.001612": 6,
    "1.013225": 6,
    "1.012783": 16,
    "3.000333": 8,
}
DAYS_BACK = 60

Say = Callable[[str], None]


def load(*, at: datetime, dossiers: int, say: Say) -> None:
    """Make agencies, officers, citizens, offerings and dossiers, each dossier through the services at its own time."""
    with doorbell.silence():
        with transaction.atomic():
            offices = agencies.make_agencies()
            agencies.make_officers(offices, at=at)
            agencies.offer_procedures(offices)
            citizens = people.make_citizens(count=60, at=at)
        say(f"{len(offices)} agencies with their officers, {len(citizens)} citizens")
        life = Life(offices, citizens, now=at)
        for number in range(dossiers):
            life.one_more(number)
            if number % 100 == 99:
                say(f"{number + 1} of {dossiers} dossiers")
    life.two_just_late()
    say(f"{notices.deliver_past(until=at)} messages delivered, each at its own time")


class Life:
    """Two months in which citizens file and officers work."""

    def __init__(self, offices: list[Agency], citizens: list[User], *, now: datetime) -> None:
        self.now = now
        self.dice = Random("two months")  # noqa: S311 - a demo, not secrets
        self.citizens = citizens
        self.scanned: dict[str, dict[str, Any]] = {}
        busy = [agency for agency in offices if agencies.login_of(agency) in agencies.BUSY]
        self.desks = {
            agency.pk: agencies.desk_of(agency) for agency in offices if agency in busy or not agency.commune_id
        }
        self.shown_pk = next(agency.pk for agency in busy if agencies.login_of(agency) == agencies.BUSY[0])
        self.procedures = list(
            Procedure.objects.filter(code__in=POPULAR, published__isnull=False).select_related("published")
        )
        self.offered = {
            procedure.pk: sorted(set(procedure.offerings.values_list("agency", flat=True)) & self.desks.keys())
            for procedure in self.procedures
        }

    def one_more(self, number: int) -> None:
        """Let somebody file, and the desk work on it as far as the present reaches."""
        way = journeys.choose_way(self.dice)
        procedure = self.dice.choices(self.procedures, weights=[POPULAR[found.code] for found in self.procedures])[0]
        offered = self.offered[procedure.pk]
        # The first busy commune is the one whose officers the demo's accounts are, so half of its work lies there.
        weights = [len(offered) if pk == self.shown_pk else 1 for pk in offered]
        desk = self.desks[self.dice.choices(offered, weights)[0]]
        owner = self.citizens[number % 2] if number % 12 < 2 else self.dice.choice(self.citizens)
        filed_at = self._moment(desk.agency, way)
        with transaction.atomic():
            dossier = self._file(procedure, desk, owner, filed_at)
            journeys.Journey(dossier, desk, at=filed_at, until=self.now, dice=self.dice).walk(way)

    def two_just_late(self) -> None:
        """Leave two dossiers of the accounts anybody may use late and unnoticed, so that the worker finds them live."""
        procedure = next(found for found in self.procedures if found.code == "1.001193")
        desk = self.desks[self.shown_pk]
        working = calendars.for_agency(desk.agency)
        for owner in self.citizens[:2]:
            filed_at = working.subtract_minutes(self.now, 3 * working.minutes_per_day)
            dossier = self._file(procedure, desk, owner, filed_at)
            journeys.Journey(dossier, desk, at=filed_at, until=self.now, dice=self.dice).walk(["receive", "start"])

    def _moment(self, agency: Agency, way: list[str]) -> datetime:
        """Return when it was filed: lately where somebody must still act, else any day of the two months."""
        days = self.dice.uniform(0.05, journeys.most_days_ago(way, otherwise=DAYS_BACK))
        working = calendars.for_agency(agency)
        start = working.next_moment(self.now - timedelta(days=days))
        filed_at = working.add_minutes(start, self.dice.randrange(1, 240))
        return min(filed_at, self.now - timedelta(minutes=self.dice.randrange(5, 90)))

    def _file(self, procedure: Procedure, desk: agencies.DeskOf, owner: User, at: datetime) -> Dossier:
        draft = services.start_draft(
            procedure=procedure, actor=owner, at=at, agency=desk.agency, channel=Channel.ONLINE
        )
        data = answers.fill(draft.terms, draft.data, person=owner, on=at.date(), dice=self.dice)
        revision = 0
        for group, values in data.items():
            revision = services.save_answers(
                public_id=draft.public_id, actor=owner, group=group, answers=values, base_revision=revision, at=at
            )
        self._attach(draft, owner, at)
        services.submit(dossier_id=draft.pk, actor=owner, at=at)
        return Dossier.objects.select_related("terms", "filed_by", "procedure").get(pk=draft.pk)

    def _attach(self, draft: Dossier, owner: User, at: datetime) -> None:
        """Attach a made-up scan of each paper that must be there."""
        draft = Dossier.objects.select_related("terms").get(pk=draft.pk)
        for asked in forms.papers_asked(draft.terms, draft.data, on=at.date()):
            if not asked.is_required:
                continue
            known = self.scanned.get(asked.name)
            if known is None:
                self.scanned[asked.name] = self._attach_scan(draft, asked, owner, at)
            else:
                # The same bytes were checked before; only the row is new.
                Paper.objects.create(**known, dossier=draft, component=asked.key, uploaded_by=owner, uploaded_at=at)

    @staticmethod
    def _attach_scan(draft: Dossier, asked: forms.PaperDef, owner: User, at: datetime) -> dict[str, Any]:
        with NamedTemporaryFile(suffix=".jpg") as file:
            file.write(scans.scan(asked.name))
            file.flush()
            paper = papers.attach(
                dossier=draft, component=asked.key, name=f"{asked.key}.jpg", path=Path(file.name), actor=owner, at=at
            )
        kept = ("name", "content_type", "size", "pages", "sha256", "state", "state_note")
        return {name: getattr(paper, name) for name in kept}
