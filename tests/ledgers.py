"""A dossier with its clock rows, for the tests of the deadline ledger."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from core.clock import ZONE, WorkingTime
from dossiers import deadlines
from dossiers.models import ClockEntry, Dossier, DossierEvent
from procedures.enums import TimeUnit
from procedures.models import TimeLimit

OFFICE = WorkingTime.parse([0, 1, 2, 3, 4], [["07:00", "11:30"], ["13:30", "17:00"]])
SUPPLEMENT = "Yêu cầu bổ sung (mẫu 02, Thông tư 03/2025/TT-VPCP)"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def limit(value: int | None, unit: str = TimeUnit.WORKING_DAY, same_day_until: time | None = None) -> TimeLimit:
    return TimeLimit(value=value, unit=unit, same_day_until=same_day_until)


def closing(working: WorkingTime, day: date) -> WorkingTime:
    return WorkingTime(working.weekdays, working.sessions, {**working.overrides, day: (False, "Nghỉ bão")})


@dataclass
class Ledger:
    """A dossier with its rows, kept as the one door keeps them: one event for each call."""

    working: WorkingTime = OFFICE
    dossier: Dossier = field(default_factory=Dossier)
    rows: list[ClockEntry] = field(default_factory=list)

    def add(self, entry: ClockEntry | None) -> ClockEntry:
        assert entry is not None
        entry.event_id = len(self.rows) + 1
        self.rows.append(entry)
        return entry

    def start(self, at: datetime, limit: TimeLimit | None) -> ClockEntry:
        self.dossier.received_at = at
        return self.add(deadlines.start(self.dossier, at=at, limit=limit, working=self.working))

    def pause(self, at: datetime, ground: str = SUPPLEMENT) -> ClockEntry:
        return self.add(deadlines.pause(self.dossier, at=at, ground=ground))

    def resume(self, at: datetime) -> ClockEntry:
        return self.add(
            deadlines.resume(self.dossier, at=at, ground="Đã bổ sung", entries=self.rows, working=self.working)
        )

    def extend(self, at: datetime, new_due_at: datetime) -> ClockEntry:
        return self.add(deadlines.extend(self.dossier, at=at, new_due_at=new_due_at, ground="Văn bản 7/UBND"))

    def stop(self, at: datetime) -> ClockEntry:
        self.dossier.finished_at = at
        return self.add(deadlines.stop(self.dossier, at=at, ground="Đã có kết quả"))

    def undo(self, at: datetime, entry: ClockEntry) -> ClockEntry:
        event = DossierEvent(pk=entry.event_id)
        return self.add(
            deadlines.void(self.dossier, at=at, event=event, entries=self.rows, working=self.working, ground="Hoàn tác")
        )

    def recalculate(self, at: datetime) -> ClockEntry | None:
        return deadlines.recalculate(self.dossier, at=at, entries=self.rows, working=self.working)

    def explain(self, at: datetime) -> list[deadlines.Line]:
        return deadlines.explain(self.rows, self.working, at=at)

    def remaining(self, at: datetime) -> deadlines.Remaining:
        return deadlines.remaining(self.dossier, at=at, working=self.working)

    @property
    def due_at(self) -> datetime | None:
        return self.dossier.due_at


def started(at: str, value: int = 5, unit: str = TimeUnit.WORKING_DAY, **kwargs) -> Ledger:
    ledger = Ledger()
    ledger.start(local(at), limit(value, unit, **kwargs))
    return ledger
