"""Why this date: the ledger of a dossier told line by line, to the citizen and to the officer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import WEEKDAY_NAMES, ZONE, WorkingTime
from core.templatetags.vietnamese import vn_date, vn_datetime
from dossiers.deadlines.replay import counting, is_after
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry
from procedures.enums import TimeUnit

_TEXTS = {
    "received": _("Received on %(at)s."),
    "counted_from": _("That was outside office hours, so the time counts from %(counted_from)s."),
    "limit": _("Time limit in %(unit)s: %(value)s."),
    "no_limit": _("No time limit is set for this procedure."),
    "same_day": _("Received by %(until)s: the day of receipt is the first day."),
    "next_day": _("Received after %(until)s: the next working day is the first day."),
    "weekend": _("Days of the weekend, not counted: %(days)s."),
    "day_off": _("Not counted: %(on)s (%(why)s)."),
    "made_up": _("Counts as a working day: %(on)s (%(why)s)."),
    "paused": _("The clock stood still from %(at)s: %(ground)s."),
    "resumed": _("The clock runs again since %(at)s, after %(days)s working days and %(hours)s working hours."),
    "resumed_elapsed": _("The clock runs again since %(at)s, after %(days)s days and %(hours)s hours."),
    "standing": _("The clock still stands still; the date moves by the time until it runs again."),
    "extended": _("The date was moved to %(due)s: %(ground)s."),
    "undone": _("A step was taken back and no longer counts: %(ground)s."),
    "calendar": _("The days off were changed on %(at)s and the date was counted again."),
    "ended": _("The clock ended on %(at)s: %(ground)s."),
    "due": _("Due: %(due)s."),
}


@dataclass(frozen=True)
class Line:
    """One line of the answer; ``text`` speaks the language of the page that shows it."""

    kind: str
    at: datetime
    params: Mapping[str, object] = field(default_factory=dict)
    due_after: datetime | None = None

    @property
    def text(self) -> str:
        return str(_TEXTS[self.kind]) % {name: _shown(value) for name, value in self.params.items()}


def explain(entries: Sequence[ClockEntry], working: WorkingTime, *, at: datetime) -> list[Line]:
    """Tell how the due moment came about, from what the rows froze on the day they were written."""
    story = _Story(working)
    rows = counting(entries)
    for entry in rows:
        _TELLERS[ClockKind(entry.kind)](story, entry)
    if rows:
        story.close(at, rows[-1].due_after)
    return story.lines


class _Story:
    """The lines so far, and the stretch of time in which the clock has been running since they were written."""

    def __init__(self, working: WorkingTime) -> None:
        self.working = working
        self.lines: list[Line] = []
        self.running_since: datetime | None = None
        self.unit: str = ""
        self.paused_at: datetime | None = None
        self.has_ended = False
        self.days_off: list[list[str]] = []

    def say(self, kind: str, entry: ClockEntry, **params: object) -> None:
        ground = entry.ground.rstrip(". ")
        self.lines.append(Line(kind, entry.at, {"at": entry.at, "ground": ground, **params}, entry.due_after))

    def run(self, entry: ClockEntry) -> None:
        self.running_since, self.days_off = entry.at, entry.days_off

    def halt(self, until: datetime | None) -> None:
        """Name the days that the clock skipped, and those it counted out of turn, in the stretch that ends here."""
        since, self.running_since = self.running_since, None
        if since is None or until is None:
            return
        first, last = since.astimezone(ZONE).date(), until.astimezone(ZONE).date()
        off = [(on, why) for on, why in _thawed(self.days_off) if first <= on <= last]
        weekend = [on for on, why in off if why in WEEKDAY_NAMES]
        if weekend:
            days = ", ".join(f"{on:%d/%m}" for on in weekend)
            self.lines.append(Line("weekend", since, {"days": days}))
        named = [("day_off", on, why) for on, why in off if why not in WEEKDAY_NAMES]
        if self.unit != TimeUnit.CALENDAR_DAY:
            named += [("made_up", on, why) for on, why in self.working.days_made_up(since, until)]
        for kind, on, why in sorted(named, key=lambda day: day[1]):
            self.lines.append(Line(kind, since, {"on": on, "why": why}))

    def close(self, at: datetime, due_at: datetime | None) -> None:
        self.halt(due_at)
        moves = self.paused_at is not None and due_at is not None and self.paused_at <= due_at
        if moves and not self.has_ended:
            self.lines.append(Line("standing", at, due_after=due_at))
        if due_at is not None:
            self.lines.append(Line("due", at, {"due": due_at}, due_at))


def _tell_start(story: _Story, entry: ClockEntry) -> None:
    story.unit = entry.limit_unit
    story.say("received", entry)
    counted_from = story.working.next_moment(entry.at)
    if counted_from != entry.at:
        story.say("counted_from", entry, counted_from=counted_from)
    if not entry.limit_value:
        story.say("no_limit", entry)
        return
    story.say("limit", entry, unit=TimeUnit(entry.limit_unit).label, value=entry.limit_value)
    until = entry.same_day_until
    if until is not None and entry.limit_unit != TimeUnit.WORKING_HOUR:
        story.say("next_day" if is_after(counted_from, until) else "same_day", entry, until=f"{until:%H:%M}")
    story.run(entry)


def _tell_pause(story: _Story, entry: ClockEntry) -> None:
    story.halt(entry.at)
    story.paused_at = entry.at
    story.say("paused", entry)


def _tell_resume(story: _Story, entry: ClockEntry) -> None:
    since = story.paused_at or entry.at
    if story.unit == TimeUnit.CALENDAR_DAY:
        days, rest = divmod(entry.at - since, timedelta(days=1))
        story.say("resumed_elapsed", entry, days=days, hours=rest // timedelta(hours=1))
    else:
        days, rest = divmod(story.working.between(since, entry.at), story.working.day_length)
        story.say("resumed", entry, days=days, hours=rest // timedelta(hours=1))
    story.paused_at = None
    story.run(entry)


def _tell_extend(story: _Story, entry: ClockEntry) -> None:
    story.halt(entry.at)
    story.say("extended", entry, due=entry.new_due_at)


def _tell_calendar(story: _Story, entry: ClockEntry) -> None:
    story.days_off = entry.days_off
    story.say("calendar", entry)


def _tell_void(story: _Story, entry: ClockEntry) -> None:
    story.days_off = entry.days_off
    story.say("undone", entry)


def _tell_stop(story: _Story, entry: ClockEntry) -> None:
    story.halt(entry.due_after)
    story.has_ended = True
    story.say("ended", entry)


_TELLERS = {
    ClockKind.START: _tell_start,
    ClockKind.PAUSE: _tell_pause,
    ClockKind.RESUME: _tell_resume,
    ClockKind.EXTEND: _tell_extend,
    ClockKind.CALENDAR: _tell_calendar,
    ClockKind.VOID: _tell_void,
    ClockKind.STOP: _tell_stop,
}


def _thawed(days: list[list[str]]) -> list[tuple[date, str]]:
    return [(date.fromisoformat(on), why) for on, why in days]


def _shown(value: object) -> object:
    """Write moments in local time, and days, in the language of the page."""
    if isinstance(value, datetime):
        return vn_datetime(value)
    if isinstance(value, date):
        return vn_date(value)
    return str(value) if isinstance(value, Promise) else value
