"""What a benchmark run writes down, and the arithmetic behind its verdicts."""

import asyncio
import json

import pytest

from benchmarks import __main__ as run
from benchmarks import forms, measure, stub
from benchmarks.measure import Goal, Measured, Round
from benchmarks.plan import FULL, QUICK

WANTED = {"G1", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G11", "G12", "G15", "clock"}
SHAPE = {"what", "subject", "control", "ratio", "goal", "ok"}


def rounds(*pairs):
    return [Round(subject, control, 0.5) for subject, control in pairs]


# Arithmetic


@pytest.mark.parametrize(
    ("goal", "value", "is_met"),
    [
        (Goal(at_least=0.6), 0.6, True),
        (Goal(at_least=0.6), 0.5999, False),
        (Goal(at_most=1.3), 1.3, True),
        (Goal(at_most=1.3), 1.301, False),
        (Goal(at_most=0), 0, True),
        (Goal(at_most=0), 1, False),
    ],
)
def test_a_goal_includes_its_bound(goal, value, is_met):
    assert goal.is_met(value) is is_met


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_sides():
    measured = Measured("x", "x/s", Goal(at_least=0.5), rounds((10, 20), (30, 40), (5, 50)))
    assert measured.ratio == 0.5
    assert measured.as_json()["subject"] == 10
    assert measured.as_json()["control"] == 40
    assert measured.as_json()["ratio_range"] == [0.1, 0.75]
    assert measured.is_met


def test_sides_take_turns_and_change_who_begins():
    order = []

    def side(name):
        return lambda: order.append(name) or 1.0

    turns = measure.alternate(3, subject=side("A"), control=side("B"))
    assert "".join(order) == "BAABBA"
    assert len(turns) == 3


def test_what_is_counted_once_is_judged_by_the_value_that_its_goal_bounds():
    result = measure.counted("x", "requests", subject=1003, control=1000, value=3, goal=Goal(at_most=0))
    assert (result["subject"], result["control"], result["ratio"], result["ok"]) == (1003, 1000, 3, False)


# What is written


def test_every_goal_has_a_measurement():
    assert run.GOALS.keys() == WANTED


def test_a_result_has_the_agreed_shape():
    measured = Measured("x", "x/s", Goal(at_least=0.5), rounds((1, 2)), {"more": 1})
    counted = measure.counted("x", "s", subject=2.0, control=None, goal=Goal(at_most=60))
    assert measured.as_json().keys() > SHAPE
    assert counted.keys() > SHAPE
    assert measured.as_json()["rounds"] == [{"subject": 1, "control": 2, "ratio": 0.5, "load": 0.5}]


def test_the_table_names_what_was_missed():
    met = measure.counted("fast", "s", subject=2.0, control=None, goal=Goal(at_most=60))
    missed = Measured("slow", "x/s", Goal(at_least=0.5), rounds((1, 4))).as_json()
    lines = run.table({"machine": {}, "quick": True, "clock": met, "G1": missed}).splitlines()
    assert [line.split()[:2] for line in lines] == [["clock", "ok"], ["G1", "MISSED"]]


def test_the_last_committed_run_has_the_agreed_shape():
    found = json.loads(run.RESULTS.read_text(encoding="utf-8"))
    results = {name: result for name, result in found.items() if name in WANTED}
    assert results.keys() == WANTED
    assert all(result.keys() >= SHAPE for result in results.values())
    assert found["machine"]["cores"]


def test_the_short_run_measures_a_million_rows_and_the_long_one_ten():
    assert (QUICK.rows, FULL.rows) == (1_000_000, 10_000_000)
    assert QUICK.rounds == FULL.rounds == 5


# The provider, and what a browser would send


class Wire:
    def __init__(self):
        self.written = b""
        self.on_write = None

    def write(self, data):
        self.written += data
        if self.on_write:
            self.on_write()


@pytest.fixture
def line():
    counter = stub.Counter()
    connection = stub.Line(counter)
    connection.connection_made(Wire())
    return connection, counter


def post(body):
    return b"POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def test_the_stub_counts_every_request_and_every_reference_once(line):
    connection, counter = line
    text = post(b'{"RequestId": "a"}')
    connection.data_received(text[:30])
    connection.data_received(text[30:] + text + post(b'{"RequestId":"b"}'))
    assert counter.facts()["requests"] == 3
    assert counter.facts()["distinct"] == 2
    assert connection._transport.written.count(b"200 OK") == 3


def test_the_stub_answers_after_its_delay(line):
    connection, counter = line

    async def ask():
        connection.data_received(b"GET /reset?delay=20 HTTP/1.1\r\n\r\n")
        wire, answered = connection._transport, asyncio.Event()
        wire.written, wire.on_write = b"", answered.set
        connection.data_received(post(b"{}"))
        at_once = wire.written
        await asyncio.wait_for(answered.wait(), timeout=5)
        return at_once, wire.written

    at_once, later = asyncio.run(ask())
    assert at_once == b""
    assert b"200 OK" in later
    assert counter.facts()["requests"] == 1


def test_a_forms_fields_are_sent_as_they_stand():
    page = """
    <form><input name="search" value="not this one"></form>
    <main><form><input type="hidden" name="revision" value="3"><input name="name" value="Hoa">
    <input type="radio" name="sex" value="f" checked><input type="radio" name="sex" value="m">
    <input type="checkbox" name="agree"><select name="place"><option value="1"><option value="2" selected></select>
    <textarea name="why">Vì &amp; thế</textarea><button name="later" value="1">x</button></form></main>
    """
    expected = [("revision", "3"), ("name", "Hoa"), ("sex", "f"), ("place", "2"), ("why", "Vì & thế")]
    assert forms.fields(page) == expected


def test_a_body_with_files_ends_with_its_fields():
    body = forms.multipart([("whole", "1")], [("file", "a.jpg", b"\xff\xd8")])
    assert body.index(b"\xff\xd8") < body.index(b'name="whole"')
    assert body.endswith(b"--\r\n")
