"""What lies on whose desk, in which order, and how much a page costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core import paging
from dossiers import queues, services
from dossiers.enums import Status
from dossiers.models import Dossier
from tests import factories
from tests.factories import MONDAY, local

pytestmark = pytest.mark.django_db


def codes(queue, user, at=MONDAY, **options):
    page = queues.page(queue, queues.Scope(user), at=at, **options)
    return [dossier.code for dossier in page.rows]


def finds(user, text):
    return [dossier.code for dossier in queues.search(queues.Scope(user), text).rows]


# Which queue holds which status, for which role

HOLDS = [
    (Status.SUBMITTED, queues.TO_RECEIVE, "receiver"),
    (Status.RECEIVED, queues.UNIT, "receiver"),
    (Status.IN_PROCESS, queues.UNIT, "processor"),
    (Status.IN_PROCESS, queues.MINE, "processor"),
    (Status.SUPPLEMENT, queues.SUPPLEMENT, "processor"),
    (Status.OBLIGATION, queues.MONEY, "returner"),
    (Status.OBLIGATION, queues.MONEY, "leader"),
    (Status.STOPPED, queues.STOPPED, "leader"),
    (Status.FINISHED, queues.TO_RETURN, "returner"),
    (Status.REFUSED, queues.DONE, "receiver"),
    (Status.WITHDRAWN, queues.DONE, "receiver"),
    (Status.RETURNED, queues.DONE, "returner"),
]


@pytest.mark.parametrize(("status", "queue", "who"), HOLDS)
def test_each_status_lies_in_its_queue(desk, status, queue, who):
    dossier = desk.dossier(status)
    assert codes(queue, getattr(desk, who)) == [dossier.code]


@pytest.mark.parametrize(("status", "queue", "who"), HOLDS)
def test_another_units_officer_sees_nothing_and_counts_nothing(desk, other_desk, status, queue, who):
    desk.dossier(status)
    stranger = queues.Scope(getattr(other_desk, who))
    assert queues.page(queue, stranger, at=MONDAY).rows == []
    assert queues.count(queue, stranger, at=MONDAY) == 0


def test_a_draft_lies_in_no_queue(desk):
    desk.draft()
    for queue in queues.QUEUES:
        assert codes(queue, desk.receiver) == []


def test_queues_follow_the_roles(desk):
    slugs = {
        who: [queue.slug for queue in queues.queues_of(queues.Scope(getattr(desk, who)))]
        for who in vars(desk)
        if who in ("receiver", "processor", "leader", "returner")
    }
    assert "cho-tiep-nhan" in slugs["receiver"]
    assert "cho-tiep-nhan" not in slugs["processor"]
    assert "cho-duyet" in slugs["leader"]
    assert "cho-duyet" not in slugs["processor"]
    assert "cho-tra-ket-qua" in slugs["returner"]
    assert "cho-tra-ket-qua" not in slugs["leader"]
    assert queues.by_slug(queues.Scope(desk.processor), "cho-tiep-nhan") is None


def test_a_hotline_operator_has_no_queue(desk):
    operator = factories.officer(Role.HOTLINE, at=desk.agency)
    assert queues.queues_of(queues.Scope(operator)) == []


def test_a_proposed_result_waits_for_a_leader_who_did_not_propose_it(desk):
    both = factories.officer(Role.PROCESS, Role.APPROVE, at=desk.agency)
    dossier = desk.dossier(Status.IN_PROCESS)
    assert codes(queues.TO_APPROVE, desk.leader) == []
    services.propose(dossier_id=dossier.pk, actor=both, at=MONDAY, result="Giấy khai sinh số 15/2026")
    assert codes(queues.TO_APPROVE, desk.leader) == [dossier.code]
    assert codes(queues.TO_APPROVE, both) == []


def test_the_counter_that_received_returns_the_result_of_another_unit(desk):
    department = factories.agency("H19.10", "Sở Tư pháp", level="department")
    specialist = factories.officer(Role.PROCESS, at=department)
    leader = factories.officer(Role.APPROVE, at=department)
    dossier = desk.dossier(Status.RECEIVED)
    services.start(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, unit=department, assignee=specialist)
    assert codes(queues.UNIT, desk.receiver) == []
    assert codes(queues.MINE, specialist) == [dossier.code]
    services.propose(dossier_id=dossier.pk, actor=specialist, at=MONDAY, result="Số 1")
    services.finish(dossier_id=dossier.pk, actor=leader, at=MONDAY)
    assert codes(queues.TO_RETURN, desk.returner) == [dossier.code]
    for who in (desk.receiver, desk.returner, specialist, leader):
        assert finds(who, dossier.code) == [dossier.code]
    assert finds(desk.processor, dossier.code) == []


def test_a_result_held_by_counter_and_unit_alike_stands_once_and_counts_once(desk):
    desk.dossier(Status.FINISHED)
    assert len(codes(queues.TO_RETURN, desk.returner)) == 1
    assert queues.count(queues.TO_RETURN, queues.Scope(desk.returner), at=MONDAY) == 1


def test_an_officer_finds_their_own_request_in_no_queue(desk):
    desk.citizen = desk.receiver
    desk.receiver.phone = "84901999888"
    desk.receiver.save()
    dossier = desk.draft()
    services.submit(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    code = Dossier.objects.get(pk=dossier.pk).code
    assert codes(queues.TO_RECEIVE, desk.receiver) == []
    assert finds(desk.receiver, code) == []


# Order, time and pages


def test_the_earliest_due_date_comes_first_and_no_date_comes_last(desk):
    later = desk.dossier(Status.IN_PROCESS, at=local("2026-11-24 10:00"))
    first = desk.dossier(Status.IN_PROCESS, at=local("2026-11-23 08:00"))
    endless = desk.dossier(Status.IN_PROCESS, at=local("2026-11-20 08:00"))
    Dossier.objects.filter(pk=endless.pk).update(due_at=None)
    received = desk.dossier(Status.RECEIVED, at=local("2026-11-23 09:00"))
    assert codes(queues.UNIT, desk.processor) == [first.code, received.code, later.code, endless.code]


def test_pages_hold_every_dossier_once_in_the_order_of_due_dates(desk):
    for hour in (8, 9, 9, 10):
        desk.dossier(Status.IN_PROCESS, at=local(f"2026-11-23 {hour:02}:00"))
        desk.dossier(Status.RECEIVED, at=local(f"2026-11-23 {hour:02}:00"))
    seen, cursor, scope = [], "", queues.Scope(desk.processor)
    while True:
        page = queues.page(queues.UNIT, scope, at=MONDAY, cursor=cursor, size=3)
        assert len(page.rows) <= 3
        seen += page.rows
        cursor = page.next
        if not cursor:
            break
    assert len({dossier.id for dossier in seen}) == len(seen) == 8
    assert [dossier.due_at for dossier in seen] == sorted(dossier.due_at for dossier in seen)


def test_the_last_closed_comes_first_in_done(desk):
    old = desk.dossier(Status.REFUSED, at=local("2026-11-20 10:00"))
    new = desk.dossier(Status.RETURNED, at=local("2026-11-23 10:00"))
    assert codes(queues.DONE, desk.leader) == [new.code, old.code]


def test_a_cursor_of_another_queue_is_refused(desk):
    desk.dossier(Status.IN_PROCESS)
    desk.dossier(Status.IN_PROCESS)
    scope = queues.Scope(desk.processor)
    cursor = queues.page(queues.UNIT, scope, at=MONDAY, size=1).next
    with pytest.raises(paging.BadCursor):
        queues.page(queues.MINE, scope, at=MONDAY, cursor=cursor)


def test_a_page_holds_at_most_a_hundred_rows(desk, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        paging, "page", lambda sources, *, order, size, after: sizes.append(size) or paging.Page([], None)
    )
    queues.page(queues.UNIT, queues.Scope(desk.processor), at=MONDAY, size=1_000_000)
    assert sizes == [100]


def test_late_and_due_today_follow_the_running_clock(desk):
    # One working day from Monday 10:00 is Wednesday 10:00: 24 November is a holiday.
    dossier = desk.dossier(Status.IN_PROCESS)
    paused = desk.dossier(Status.SUPPLEMENT)
    assert codes(queues.DUE_TODAY, desk.processor, at=MONDAY) == []
    assert codes(queues.DUE_TODAY, desk.processor, at=local("2026-11-25 08:00")) == [dossier.code]
    assert codes(queues.LATE, desk.processor, at=local("2026-11-25 08:00")) == []
    assert codes(queues.LATE, desk.processor, at=local("2026-11-25 10:01")) == [dossier.code]
    assert codes(queues.DUE_TODAY, desk.processor, at=local("2026-11-25 10:01")) == []
    assert paused.code not in codes(queues.LATE, desk.processor, at=local("2026-12-24 10:01"))


@pytest.mark.parametrize("queue", [queues.TO_RECEIVE, queues.UNIT, queues.MINE, queues.TO_RETURN, queues.DONE])
def test_a_page_costs_as_many_queries_for_three_rows_as_for_one(desk, queue):
    status, who = next((status, who) for status, held_by, who in HOLDS if held_by is queue)
    desk.dossier(status)
    one = cost(queue, getattr(desk, who))
    desk.dossier(status)
    desk.dossier(status)
    assert cost(queue, getattr(desk, who)) == one


def cost(queue, user):
    with CaptureQueriesContext(connection) as queries:
        queues.page(queue, queues.Scope(User.objects.get(pk=user.pk)), at=MONDAY)
    return len(queries)


def test_no_query_of_a_queue_asks_for_several_statuses_or_skips_rows(desk, django_assert_max_num_queries):
    desk.dossier(Status.IN_PROCESS)
    with django_assert_max_num_queries(30) as queries:
        for queue in (queues.UNIT, queues.DONE, queues.LATE):
            queues.page(queue, queues.Scope(desk.leader), at=MONDAY)
    for query in queries.captured_queries:
        assert '"status" IN' not in query["sql"]
        assert "OFFSET" not in query["sql"]
        if 'FROM "dossiers_dossier"' in query["sql"]:
            assert "LIMIT" in query["sql"]


# Filters and search


def test_filters_narrow_a_queue(desk):
    other = factories.procedure("1.012783", "Cấp giấy chứng nhận", offered_by=desk.agency)
    birth = desk.dossier(Status.IN_PROCESS)
    desk.procedure = other
    land = desk.dossier(Status.RECEIVED, at=MONDAY + timedelta(days=1))

    def narrow(**filters):
        return codes(queues.UNIT, desk.leader, filters=queues.Filters(**filters))

    assert narrow(procedure="1.012783") == [land.code]
    assert narrow(holder=desk.processor.pk) == [birth.code]
    assert narrow(is_unassigned=True) == [land.code]
    assert narrow(since=local("2026-11-24 00:00").date()) == [land.code]
    assert narrow(until=local("2026-11-23 00:00").date()) == [birth.code]
    assert narrow(agency="H19.30") == []
    assert narrow(agency=desk.agency.code, q="1.012783 chung nhan") == []
    assert narrow(agency=desk.agency.code, q="giay chung nhan") == [land.code]


def test_time_left_is_counted_in_working_hours(desk):
    # Due Wednesday 10:00; eight working hours ahead is Monday 10:00, sixteen is Friday 10:00 the week before.
    desk.dossier(Status.IN_PROCESS)
    at = {"late": "2026-11-25 10:01", "red": "2026-11-25 09:00", "amber": "2026-11-20 14:00"}
    for wanted, moment in at.items():
        for due in at:
            found = codes(queues.UNIT, desk.leader, at=local(moment), filters=queues.Filters(due=due))
            assert bool(found) == (due == wanted), (due, moment)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hoa",
        "nguyen thi hoa",
        "HOA nguyen",
        "dang ky khai sinh",
        "nguyen thi hoa - khai sinh",
        "{code}",
        "{phone}",
        "{spaced}",
        "{identity}",
    ],
)
def test_search_finds_by_code_name_phone_and_identity_number_without_diacritics(desk, text):
    desk.citizen = factories.citizen(phone="84901234567", identity="075199000123")
    dossier = desk.dossier(Status.RETURNED)
    text = text.format(code=dossier.code, phone="0901234567", spaced="0901 234 567", identity="075199000123")
    assert finds(desk.receiver, text) == [dossier.code]


def test_every_word_of_a_search_must_occur(desk):
    desk.dossier(Status.SUBMITTED)
    assert finds(desk.receiver, "nguyen thi lan") == []


@pytest.mark.parametrize(("text", "is_found"), [("guye", True), ("yen", True), ("ho", True), ("oa", False)])
def test_a_part_of_a_word_is_found_but_one_or_two_letters_only_at_its_beginning(desk, text, is_found):
    desk.procedure = factories.procedure("1.012783", "Xin cấp thẻ", offered_by=desk.agency)
    dossier = desk.dossier(Status.SUBMITTED)
    assert finds(desk.receiver, text) == ([dossier.code] if is_found else [])


def test_one_query_searches_all_places_of_an_officer_page_after_page_the_newest_first(desk, other_desk):
    other_desk.procedure = factories.procedure("1.012783", "Cấp giấy chứng nhận", offered_by=other_desk.agency)
    made = [place.dossier(Status.IN_PROCESS).code for place in (desk, other_desk, desk)]
    officer = factories.officer(Role.RECEIVE, at=desk.agency)
    RoleAssignment.objects.create(user=officer, agency=other_desk.agency, role=Role.PROCESS)
    scope, found, cursor = queues.Scope(officer), [], ""
    for _page in made:
        with CaptureQueriesContext(connection) as queries:
            page = queues.search(scope, "nguyen thi hoa", cursor=cursor, size=1)
        assert sum('FROM "dossiers_dossier"' in query["sql"] for query in queries.captured_queries) == 1
        found += [dossier.code for dossier in page.rows]
        cursor = page.next
    assert (found, cursor) == (made[::-1], "")


@pytest.mark.postgres
def test_one_index_answers_for_the_words_and_the_places_of_a_search(desk):
    desk.dossier(Status.IN_PROCESS)
    with CaptureQueriesContext(connection) as queries:
        queues.search(queues.Scope(desk.receiver), "nguyen thi hoa")
    statement = next(query["sql"] for query in queries.captured_queries if 'FROM "dossiers_dossier"' in query["sql"])
    with connection.cursor() as cursor:
        # Few rows are read faster without an index.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Bitmap Index Scan on dossier_search" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert all(part in condition for part in ("ARRAY[unit_id, agency_id] &&", "%nguyen%", "%thi%", "%hoa%"))


@pytest.mark.parametrize("text", ["%", "_____", "100%_", "\\", "' OR 1=1--"])
def test_search_takes_signs_of_the_database_literally(desk, text):
    desk.dossier(Status.SUBMITTED)
    assert finds(desk.receiver, text) == []


def test_search_shows_nothing_of_another_unit(desk, other_desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    for who in ("receiver", "processor", "leader", "returner"):
        assert finds(getattr(other_desk, who), dossier.code) == []
