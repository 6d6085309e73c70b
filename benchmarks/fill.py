"""Millions of dossiers by one statement: generated inside the database, with the indexes built afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any

from accounts.models import Agency, RoleAssignment, User
from benchmarks import province
from benchmarks.servers import Postgres
from core import calendars
from core.folding import fold
from dossiers import deadlines
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry
from procedures.enums import TimeUnit
from procedures.models import Procedure

NEWLY_LATE = 100
# Words as often as people have them.
_FAMILY = "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương"
_MIDDLE = "Thị Thị Thị Văn Văn Văn Hữu Đức Quốc Minh Thanh Ngọc Kim Hồng Thu Xuân"
_GIVEN = (
    "Hoa Lan Hương Mai Trang Thảo Phượng Yến Ngân Loan Hạnh Tuyết Nam Bình Dũng Hùng Long Phúc Sơn Thắng Tuấn Việt "
    "Khôi Đạt An Anh Bảo Châu Chi Cường Diệp Dung Duy Giang Hà Hải Hân Hiền Hiếu Hòa Huy Huyền Khánh Kiên Lâm Linh "
    "Lộc Ly My Nga Nghĩa Nguyên Nhân Nhi Nhung Oanh Phong Phương Quân Quang Quỳnh Tâm Tân Thành Thịnh Thơ Thủy Tiến "
    "Tín Toàn Trí Trung Tú Tùng Uyên Vân Vinh Vy Xuân Ý"
)
_NAMES = {"family": _FAMILY.split(), "middle": _MIDDLE.split(), "given": _GIVEN.split()}


@dataclass(frozen=True)
class Mix:
    """Which statuses the dossiers have.

    ``recent``: share of the rows that were filed lately; ``still_open``: share of those that are open; ``newly_late``:
    how many have just passed their due moment.
    """

    recent: float = 0.20
    still_open: float = 0.90
    newly_late: int = NEWLY_LATE
    # Upper bounds of the shares of open ones that are SUBMITTED, RECEIVED, IN_PROCESS, SUPPLEMENT, OBLIGATION, STOPPED;
    # the rest is FINISHED.
    bounds: tuple[float, ...] = (0.12, 0.26, 0.72, 0.82, 0.87, 0.89)


PROVINCE = Mix()
RUNNING = Mix(recent=1.0, still_open=1.0, newly_late=0, bounds=(0.0, 0.25, 1.0, 1.0, 1.0, 1.0))

_CITIZENS = """
INSERT INTO accounts_user (password, is_superuser, username, full_name, phone, email, language, is_active, is_staff,
                           created_at)
SELECT '', false, phone, 'Nguyễn Thị Dân', phone, '', 'vi', true, false, now()
FROM (SELECT '843' || lpad(n::text, 8, '0') AS phone FROM generate_series(1, %(citizens)s) n) people
"""
_TERMS = "CREATE TEMP TABLE terms (id int PRIMARY KEY, received_at timestamptz, days int, due_at timestamptz)"

_DOSSIERS = """
INSERT INTO dossiers_dossier (
    public_id, code, procedure_id, terms_id, channel, owner_id, filed_by_id, applicant_name, applicant_phone,
    applicant_identity, applicant_address, applicant_email, language, agency_id, unit_id, assignee_id, proposed_by_id,
    status, version, data, draft_revision, return_method, return_address, result_note, created_at, updated_at,
    submitted_at, supplement_count, reply_due_at, received_at, due_at, paused_at, overdue_since, finished_at, closed_at,
    step_position, step_due_at, warn_at, search_text)
SELECT gen_random_uuid(), code, (%(procedures)s)[p], (%(versions)s)[p], 'online', owner, owner, name, phone, identity,
    'Tổ 12, khu phố 4, phường Trấn Biên', '', 'vi', (%(agencies)s)[a], (%(agencies)s)[u],
    CASE WHEN status >= 4 THEN holder END, CASE WHEN status = 4 AND dice < 0.15 THEN holder END,
    status, CASE WHEN status <= 2 THEN status ELSE 4 END,
    jsonb_build_object('applicant', jsonb_build_object('name', name, 'phone', phone, 'identity', identity), 'request',
        jsonb_build_object('content', 'Đề nghị giải quyết theo quy định; giấy tờ kèm theo là bản chụp từ bản chính.')),
    1, 'counter', '', '', submitted_at, submitted_at, submitted_at, 0, submitted_at + interval '1 day', received_at,
    due_at, CASE WHEN is_open AND status IN (5, 6, 8) THEN received_at + interval '1 day' END,
    CASE WHEN due_at < %(now)s AND NOT is_newly_late AND status IN (2, 4) THEN due_at END,
    CASE WHEN status IN (9, 10) THEN due_at - interval '6 hours' END,
    CASE WHEN NOT is_open THEN due_at + interval '1 day' END,
    CASE WHEN status = 1 THEN 1 ELSE 2 END, due_at - interval '1 day',
    CASE WHEN status IN (2, 4) AND due_at > %(now)s + interval '2 days' THEN due_at - interval '2 days' END,
    lower(code) || ' ' || plain || ' ' || phone || ' 0' || substr(phone, 3) || ' ' || identity || ' '
        || (%(plain_procedures)s)[p]
FROM (
    SELECT *, (%(codes)s)[a] || '-' || to_char(submitted_at, 'YYMMDD') || '-' || lpad(n::text, 8, '0') AS code,
        CASE WHEN status = 1 THEN NULL ELSE term_received_at END AS received_at,
        CASE WHEN is_newly_late THEN %(now)s - n %% 50 * interval '1 minute' - interval '1 second'
             WHEN status = 1 THEN NULL ELSE term_due_at END AS due_at,
        %(first_citizen)s + (n::bigint * 7919) %% %(citizens)s AS owner,
        -- In no order: digits that all have in common would be found for everybody.
        '849' || lpad((n::bigint * 73687879 %% 100000000)::text, 8, '0') AS phone,
        '075' || lpad((n::bigint * 736878791 %% 1000000000)::text, 9, '0') AS identity,
        CASE WHEN u = 1 AND n %% 3 = 0 THEN %(officer)s ELSE (%(officers)s)[u] END AS holder,
        (%(family)s)[f] || ' ' || (%(middle)s)[m] || ' ' || (%(given)s)[g] AS name,
        (%(plain_family)s)[f] || ' ' || (%(plain_middle)s)[m] || ' ' || (%(plain_given)s)[g] AS plain
    FROM (
        SELECT drawn.*, terms.received_at - interval '3 hours' - age AS submitted_at,
            terms.received_at - age AS term_received_at, terms.due_at - age AS term_due_at,
            CASE WHEN is_newly_late THEN 4 WHEN is_open THEN (%(open_statuses)s)[1 + width_bucket(dice_2, %(bounds)s)]
                 WHEN dice < 0.91 THEN 10 WHEN dice < 0.95 THEN 3 WHEN dice < 0.98 THEN 7 ELSE 8 END AS status
        FROM (
            SELECT *, is_newly_late OR (is_recent AND dice_3 < %(still_open)s) AS is_open,
                CASE WHEN is_recent THEN 1 + least((place * %(terms)s)::int, %(terms)s - 1)
                     ELSE 1 + (dice_4 * (%(terms)s - 1))::int END AS term,
                CASE WHEN is_recent THEN interval '0' ELSE (60 + (1 - n::float8 / %(rows)s) * 700) * interval '1 day'
                     END AS age,
                1 + (power(dice_5, 2.5) * (%(agency_count)s - 1e-9))::numeric::int %% %(agency_count)s AS u,
                CASE WHEN dice_6 < 0.8 THEN 1 + (power(dice_5, 2.5) * (%(agency_count)s - 1e-9))::numeric::int
                     %% %(agency_count)s ELSE 1 + (dice_7 * (%(agency_count)s - 1))::int END AS a
            FROM (
                SELECT n, n > %(rows)s * (1 - %(recent)s::float8) AS is_recent,
                    (n - %(rows)s * (1 - %(recent)s::float8)) / (%(rows)s * %(recent)s::float8) AS place,
                    %(every)s > 0 AND n %% greatest(%(every)s, 1) = 0 AS is_newly_late,
                    random() AS dice, random() AS dice_2, random() AS dice_3, random() AS dice_4, random() AS dice_5,
                    random() AS dice_6, random() AS dice_7,
                    1 + (random() * (%(procedure_count)s - 1))::int AS p,
                    1 + (random() * (%(family_count)s - 1))::int AS f,
                    1 + (random() * (%(middle_count)s - 1))::int AS m, 1 + (random() * (%(given_count)s - 1))::int AS g
                FROM generate_series(1, %(rows)s) n
            ) dice
        ) drawn JOIN terms ON terms.id = drawn.term
    ) placed
) worded
"""

_LEDGER = """
WITH events AS (
    INSERT INTO dossiers_dossierevent (dossier_id, seq, kind, from_status, to_status, party, at, recorded_at, reason,
                                       note, facts, before)
    SELECT id, 2, 'receive', 1, 2, 'receive', received_at, received_at, '', '', '{}', '{}' FROM dossiers_dossier
    RETURNING id, dossier_id
)
INSERT INTO dossiers_clockentry (dossier_id, event_id, kind, at, limit_value, limit_unit, ground, due_after, days_off)
SELECT dossier.id, events.id, 'start', received_at, terms.days, 'working_day', '', dossier.due_at, '[]'
FROM events JOIN dossiers_dossier dossier ON dossier.id = events.dossier_id
JOIN terms USING (received_at, due_at)
"""


def fill(
    server: Postgres, database: str, *, rows: int, now: datetime, mix: Mix = PROVINCE, ledger: bool = False
) -> None:
    """Fill a database that has its province with dossiers, and with their clocks where those are measured."""
    connection = server.connect(database)
    with connection.cursor() as cursor, _without_indexes(server, database, "dossiers_dossier"):
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off; SELECT setseed(0.42)")
        citizens = min(max(rows // 20, 2_000), 200_000)
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts_user")
        values = _values() | {"rows": rows, "citizens": citizens, "first_citizen": cursor.fetchone()[0], "now": now}
        cursor.execute(_CITIZENS, values)
        terms = _terms(now)
        cursor.execute(_TERMS)
        cursor.executemany("INSERT INTO terms VALUES (%s, %s, %s, %s)", terms)
        values |= {"terms": len(terms), "recent": mix.recent, "still_open": mix.still_open, "bounds": list(mix.bounds)}
        values["every"] = rows // mix.newly_late if mix.newly_late else 0
        cursor.execute(_DOSSIERS, values)
        if ledger:
            cursor.execute(_LEDGER)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    connection.close()


def _values() -> dict[str, Any]:
    hot = province.busiest()
    agencies = sorted(Agency.objects.filter(parent__isnull=False), key=lambda agency: (agency != hot, agency.code))
    held = RoleAssignment.objects.filter(role="process").exclude(user__username=province.OFFICER)
    officers = dict(held.values_list("agency_id", "user_id"))
    catalogue = list(Procedure.objects.filter(published__isnull=False).order_by("code"))
    return {
        "agencies": [agency.pk for agency in agencies],
        "codes": [agency.code for agency in agencies],
        "officers": [officers[agency.pk] for agency in agencies],
        "agency_count": len(agencies),
        "officer": User.objects.get(username=province.OFFICER).pk,
        "procedures": [procedure.pk for procedure in catalogue],
        "versions": [procedure.published_id for procedure in catalogue],
        "plain_procedures": [fold(procedure.name) for procedure in catalogue],
        "procedure_count": len(catalogue),
        "open_statuses": [1, 2, 4, 5, 6, 8, 9],
        **_NAMES,
        **{f"plain_{part}": [fold(word) for word in words] for part, words in _NAMES.items()},
        **{f"{part}_count": len(words) for part, words in _NAMES.items()},
    }


def _terms(now: datetime) -> list[tuple[int, datetime, int, datetime]]:
    """Return moments of receipt in their order, with a limit and the due moment that the product's clock gives."""
    working = calendars.for_agency(None)
    found = []
    for quarter in range(45 * 24 * 4):
        at = now - timedelta(days=45) + timedelta(minutes=15 * quarter)
        if not working.is_working_moment(at):
            continue
        for days in (5, 10, 15, 20, 30, 45):
            entry = ClockEntry(kind=ClockKind.START, at=at, limit_value=days, limit_unit=TimeUnit.WORKING_DAY)
            due_at = deadlines.due([entry], working)
            # One in ten of those who could be late is.
            if due_at is not None and (due_at > now or quarter % 10 == 0):
                found.append((at, days, due_at))
    return [(number, *term) for number, term in enumerate(found, start=1)]


@contextmanager
def _without_indexes(server: Postgres, database: str, table: str) -> Iterator[None]:
    """Drop a table's indexes for a load, and build them again on both cores."""
    connection = server.connect(database)
    with connection.cursor() as cursor:
        constraints = _unique_constraints(cursor, table)
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname <> %s",
            [table, f"{table}_pkey"],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    wanted = [definition for _name, definition in indexes]
    wanted += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in constraints]
    # The trigrams take the longest, so they begin first.
    _build(server, database, sorted(wanted, key=lambda statement: "gin" not in statement))
    connection.close()


def _unique_constraints(cursor: Any, table: str) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    return cursor.fetchall()


def _build(server: Postgres, database: str, statements: list[str]) -> None:
    waiting: SimpleQueue[str] = SimpleQueue()
    errors: list[Exception] = []
    for statement in statements:
        waiting.put(statement)

    def work() -> None:
        connection = server.connect(database)
        try:
            with connection.cursor() as cursor:
                while True:
                    cursor.execute(waiting.get_nowait())
        except Empty:
            return
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _core in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
