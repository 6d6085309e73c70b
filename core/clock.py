"""Working time: on which days and in which hours a clock runs, and how to count in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAY_NAMES = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_ZERO = timedelta()


@dataclass(frozen=True)
class WorkingTime:
    """Days and hours in which a clock runs, in local time of Vietnam; moments go in and come out aware, out in UTC.

    A session includes both its ends, so 17:00 is still today. ``overrides`` says for a day whether it is a working day
    and why, against weekday and holiday alike.

    :raises ValueError: no weekday, no session, or sessions that are out of order.
    """

    weekdays: frozenset[int]
    sessions: tuple[tuple[time, time], ...]
    overrides: Mapping[date, tuple[bool, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("Working weekdays are numbers from 0 (Monday) to 6, at least one.")
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("Office hours are sessions from-to, at least one, in the order of the day.")

    @classmethod
    def parse(
        cls,
        weekdays: Iterable[int],
        hours: Iterable[Sequence[str]],
        overrides: Mapping[date, tuple[bool, str]] | None = None,
    ) -> "WorkingTime":
        """Read weekdays and ``[["07:00", "11:30"], ...]`` as a calendar stores them.

        :raises ValueError: what is stored is no calendar.
        """
        try:
            sessions = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)
            days = frozenset(int(day) for day in weekdays)
        except TypeError as error:
            raise ValueError("A calendar holds a list of weekdays and a list of sessions.") from error
        return cls(weekdays=days, sessions=sessions, overrides=overrides or {})

    # Days

    def is_working_day(self, on: date) -> bool:
        return on not in self._days.of(on.year).off

    def why_off(self, on: date) -> str | None:
        """Name the weekend day, the holiday or the decision that makes a day off; ``None`` for a working day."""
        return self._days.of(on.year).off.get(on)

    def why_working(self, on: date) -> str | None:
        """Say why a day is worked that its weekday or the holidays would make free, such as a make-up Saturday."""
        return self._days.of(on.year).made_up.get(on)

    def days_off(self, start: datetime, end: datetime) -> list[tuple[date, str]]:
        """List the days off that the clock skips from one moment to another, with their names."""
        first, last = _local(start).date(), _local(end).date()
        return self._days.listed(lambda year: year.off, first, last)

    def days_made_up(self, start: datetime, end: datetime) -> list[tuple[date, str]]:
        """List the days worked out of turn from one moment to another, with the reason."""
        first, last = _local(start).date(), _local(end).date()
        return self._days.listed(lambda year: year.made_up, first, last)

    # Moments

    def is_working_moment(self, at: datetime) -> bool:
        return self.next_moment(at) == at

    def next_moment(self, at: datetime) -> datetime:
        """Find the first moment of working time that is not before ``at``."""
        local = _local(at)
        if self.is_working_day(local.date()):
            for opens, closes in self.sessions:
                if local.time() <= closes:
                    return at.astimezone(UTC) if opens <= local.time() else _moment(local.date(), opens)
        return _moment(self._next_working_day(local.date() + _DAY), self.sessions[0][0])

    def end_of_day(self, at: datetime) -> datetime:
        """Find the closing hour of the day in which ``at`` falls."""
        return _moment(_local(at).date(), self.sessions[-1][1])

    def next_same_time(self, at: datetime) -> datetime:
        """Move a moment off a day off to the same time of the next working day, and into the office hours."""
        local = _local(at)
        on = self._next_working_day(local.date())
        wanted = min(local.time(), self.sessions[-1][1])
        return _moment(on, next(max(opens, wanted) for opens, closes in self.sessions if wanted <= closes))

    # Counting

    @cached_property
    def day_length(self) -> timedelta:
        """Working time of one day."""
        return sum((_span(opens, closes) for opens, closes in self.sessions), _ZERO)

    @property
    def minutes_per_day(self) -> int:
        return self.day_length // _MINUTE

    def add(self, at: datetime, duration: timedelta) -> datetime:
        """Let working time pass; the exact end of a session stays at that end. A negative duration counts back."""
        if duration < _ZERO:
            return self.subtract(at, -duration)
        start = self.next_moment(at)
        if not duration:
            return start
        local = _local(start)
        days, rest = divmod(self._passed(local.time()) + duration, self.day_length)
        if not rest:
            days, rest = days - 1, self.day_length
        index = bisect_left(self._closing_sums, rest)
        return self._place(self._days.step(local.date(), days), index, rest)

    def subtract(self, at: datetime, duration: timedelta) -> datetime:
        """Go back in working time; the exact beginning of a session stays at that beginning."""
        if duration <= _ZERO:
            return self.add(at, -duration)
        local = _local(at)
        days, rest = divmod(self._passed_on(local) - duration, self.day_length)
        index = bisect_right(self._closing_sums, rest)
        return self._place(self._days.step(local.date(), days), index, rest)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time from one moment to another; negative when they stand the other way round."""
        first, last = _local(start), _local(end)
        whole = self._days.count(first.date(), last.date()) * self.day_length
        return whole + self._passed_on(last) - self._passed_on(first)

    def add_minutes(self, at: datetime, minutes: int) -> datetime:
        return self.add(at, minutes * _MINUTE)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Measure the full minutes of working time from one moment to another."""
        return int(self.between(start, end) / _MINUTE)

    def subtract_minutes(self, at: datetime, minutes: int) -> datetime:
        return self.subtract(at, minutes * _MINUTE)

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """Let days of working time pass, so that 10:00 stays 10:00."""
        return self.add(at, days * self.day_length)

    def add_calendar_days(self, at: datetime, days: int) -> datetime:
        """Let days of the calendar pass; the moment never falls on a day off or outside the office hours."""
        return self.next_same_time(_local(at) + days * _DAY)

    @cached_property
    def _days(self) -> "_Days":
        return _Days(self.weekdays, self.overrides)

    @cached_property
    def _closing_sums(self) -> list[timedelta]:
        """Working time passed at the end of each session."""
        sums, total = [], _ZERO
        for opens, closes in self.sessions:
            total += _span(opens, closes)
            sums.append(total)
        return sums

    def _place(self, on: date, index: int, passed: timedelta) -> datetime:
        """Find the moment of a day's session at which so much working time has passed on that day."""
        before = self._closing_sums[index - 1] if index else _ZERO
        return (datetime.combine(on, self.sessions[index][0], ZONE) + (passed - before)).astimezone(UTC)

    def _passed(self, now: time) -> timedelta:
        """Working time of a working day until a time of day."""
        passed = _ZERO
        for opens, closes in self.sessions:
            if now <= opens:
                break
            passed += _span(opens, min(now, closes))
        return passed

    def _passed_on(self, local: datetime) -> timedelta:
        return self._passed(local.time()) if self.is_working_day(local.date()) else _ZERO

    def _next_working_day(self, on: date) -> date:
        return on if self.is_working_day(on) else self._days.step(on, 0)


@dataclass(frozen=True)
class _Year:
    """The days of one year: those worked, in order, those off, and those worked out of turn."""

    working: list[date]
    off: dict[date, str]
    made_up: dict[date, str]


class _Days:
    """The years of one calendar, each worked out once."""

    def __init__(self, weekdays: frozenset[int], overrides: Mapping[date, tuple[bool, str]]) -> None:
        self._weekdays = weekdays
        self._overrides = overrides
        self._years: dict[int, _Year] = {}

    def of(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._work_out(year)
        return known

    def step(self, on: date, days: int) -> date:
        """Find the working day so many places from ``on``, or from the first one after it when ``on`` is off."""
        year = on.year
        position = bisect_left(self.of(year).working, on) + days
        while position < 0:
            year -= 1
            position += len(self.of(year).working)
        while position >= len(self.of(year).working):
            position -= len(self.of(year).working)
            year += 1
        return self.of(year).working[position]

    def count(self, first: date, last: date) -> int:
        """Count the working days from ``first`` until the day before ``last``; negative in the other direction."""
        if last < first:
            return -self.count(last, first)
        years = sum(len(self.of(year).working) for year in range(first.year, last.year))
        return years + bisect_left(self.of(last.year).working, last) - bisect_left(self.of(first.year).working, first)

    def listed(self, kind: Callable[[_Year], dict[date, str]], first: date, last: date) -> list[tuple[date, str]]:
        years = (kind(self.of(year)) for year in range(first.year, last.year + 1))
        return [(on, why) for days in years for on, why in days.items() if first <= on <= last]

    def _work_out(self, year: int) -> _Year:
        working: list[date] = []
        off: dict[date, str] = {}
        made_up: dict[date, str] = {}
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            on = date.fromordinal(ordinal)
            is_working, why = self._decide(on)
            if is_working:
                working.append(on)
            target = made_up if is_working else off
            if why:
                target[on] = why
        return _Year(working, off, made_up)

    def _decide(self, on: date) -> tuple[bool, str]:
        """Say whether a day is worked and why: a decision goes before a holiday, a holiday before the weekday."""
        usual = on.weekday() in self._weekdays
        public = national_days(on.year)
        if on in self._overrides:
            is_working, why = self._overrides[on]
            ordinary = is_working and usual and on not in public.off
            return is_working, "" if ordinary else why or WEEKDAY_NAMES[on.weekday()]
        if on in public.made_up:
            return True, "" if usual else public.made_up[on]
        if on in public.off:
            return False, public.off[on]
        return usual, "" if usual else WEEKDAY_NAMES[on.weekday()]


@dataclass(frozen=True)
class NationalDays:
    """Public holidays of a year with their Vietnamese names, and the weekend days worked in exchange for a bridge."""

    off: dict[date, str]
    made_up: dict[date, str]


@lru_cache(maxsize=64)
def national_days(year: int) -> NationalDays:
    """Read the holidays of Bộ luật Lao động 2019, article 112, and the yearly swaps, from the holiday library.

    A swapped day can lie in the year beside its holiday, so three years are read.
    """
    days = holidays.country_holidays("VN", years=range(year - 1, year + 2), expand=False, language="vi")
    made_up = {}
    for on in sorted(days.weekend_workdays):
        if on.year == year:
            bridge = next((off for off, name in days.items() if f"{on:%d/%m/%Y}" in name), None)
            made_up[on] = f"Làm bù cho ngày {bridge:%d/%m/%Y}" if bridge else "Ngày làm bù"
    return NationalDays(off={on: days[on] for on in sorted(days) if on.year == year}, made_up=made_up)


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return at.astimezone(ZONE)


def _moment(on: date, at: time) -> datetime:
    return datetime.combine(on, at, ZONE).astimezone(UTC)


def _span(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
