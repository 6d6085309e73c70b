"""G15: a complete dossier from its first answer to its receipt, against one bare POST of the same bytes."""

from __future__ import annotations

import io
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from benchmarks import forms, load, measure, province
from benchmarks.bench import Bench
from benchmarks.measure import Goal
from dossiers import services
from dossiers.models import Dossier
from portal.demo import answers, people
from procedures import forms as eforms
from procedures.models import Procedure

_PROCEDURE = "1.001193"
_FILES = 3
_AT_ONCE = 4
_PHOTO = (1600, 2200)  # a page photographed by a telephone, after the site's own shrinking


@dataclass(frozen=True)
class Submission:
    """The requests of one citizen by parts, in their order, and the same bytes as one request."""

    dossier: Dossier
    visitor: province.Visitor
    parts: dict[str, list[bytes]]
    bare: bytes


def submissions(bench: Bench) -> dict[str, Any]:
    each = bench.plan.submissions
    citizens = iter(people.make_citizens(count=2 * each * (bench.plan.rounds + 1), at=timezone.now()))
    photos = [_photo(number) for number in range(_FILES)]

    def prepared(count: int) -> list[Submission]:
        return [_submission(citizen, photos) for citizen in itertools.islice(citizens, count)]

    seconds: dict[str, list[float]] = {}

    def subject() -> float:
        ready = prepared(each)
        took = {name: _seconds(bench.portal(), [one.parts[name] for one in ready]) for name in ready[0].parts}
        filed = Dossier.objects.filter(pk__in=[one.dossier.pk for one in ready], code__isnull=False).count()
        if filed != each:
            raise RuntimeError(f"{filed} of {each} dossiers were filed; see {bench.folder}")
        took["receipt"] = _receipts(bench, ready)
        for name, part in took.items():
            seconds.setdefault(name, []).append(part / each)
        return each / sum(took.values())

    def control() -> float:
        return each / _seconds(bench.reference(), [[one.bare] for one in prepared(each)])

    for side in (subject, control):
        side()
    seconds.clear()
    rounds = measure.alternate(bench.plan.rounds, subject=subject, control=control)
    return {"G15": _measured(rounds, sum(map(len, photos)), seconds).as_json()}


def _measured(rounds: list[measure.Round], size: int, seconds: dict[str, list[float]]) -> measure.Measured:
    return measure.Measured(
        f"dossiers filed a second (form, {_FILES} files of {size // _FILES // 1024} KiB, receipt), "
        "against one bare POST of the same bytes",
        "dossiers/s",
        Goal(at_least=0.3),
        rounds,
        {
            "bytes": size,
            "seconds_for_each": {name: measure.rounded(statistics.median(took)) for name, took in seconds.items()},
        },
    )


def _photo(number: int) -> bytes:
    """Return a JPEG with as much in it as a photographed page has."""
    dice = Random(number)
    small = Image.frombytes("RGB", (160, 220), dice.randbytes(160 * 220 * 3))
    out = io.BytesIO()
    small.resize(_PHOTO, Image.Resampling.BICUBIC).save(out, "JPEG", quality=88)
    return out.getvalue()


def _submission(citizen: User, photos: Sequence[bytes]) -> Submission:
    """Begin a draft that has its answers, and write down what a browser sends from there on."""
    draft = _draft(citizen)
    visitor = province.sign_in(citizen, is_staff=False)
    base = f"/nop-ho-so/ban-nhap/{draft.public_id}"
    definition = eforms.definition_of(draft.terms)
    sent: list[tuple[str, str]] = []
    parts: dict[str, list[bytes]] = {"answers": [], "files": [], "submit": []}
    client = Client(headers={"cookie": visitor.cookie, "host": "127.0.0.1"})
    for group in definition.groups:
        page = client.get(f"{base}/to-khai/{group.key}/")
        if page.status_code != 200:
            continue  # not asked with these answers
        values = forms.fields(page.content.decode())
        parts["answers"].append(visitor.post(f"{base}/to-khai/{group.key}/", urlencode(values).encode()))
        sent += values
    asked = eforms.papers_asked(draft.terms, draft.data, on=timezone.localdate())[:_FILES]
    attached = [(paper.key, f"{paper.key}.jpg", photo) for paper, photo in zip(asked, photos, strict=True)]
    for key, name, photo in attached:
        body = forms.multipart([("whole", "1")], [("file", name, photo)])
        parts["files"].append(visitor.post(f"/giay-to/{draft.public_id}/{key}/", body, forms.MULTIPART))
    parts["submit"].append(visitor.post(f"{base}/xem-lai/", b"declared=on"))
    bare = forms.multipart([("dossier", str(draft.pk)), ("person", str(citizen.pk)), *sent], attached)
    return Submission(draft, visitor, parts, visitor.post("/file", bare, forms.MULTIPART))


def _draft(citizen: User) -> Dossier:
    now = timezone.now()
    procedure = Procedure.objects.get(code=_PROCEDURE)
    draft = services.start_draft(procedure=procedure, actor=citizen, at=now, agency=province.busiest())
    filled = answers.fill(draft.terms, draft.data, person=citizen, on=now.date(), dice=Random(citizen.pk))
    for revision, (group, values) in enumerate(filled.items()):
        services.save_answers(
            public_id=draft.public_id, actor=citizen, group=group, answers=values, base_revision=revision, at=now
        )
    return Dossier.objects.select_related("terms").get(pk=draft.pk)


def _receipts(bench: Bench, ready: Sequence[Submission]) -> float:
    """Return how many seconds the receipts of all took."""
    codes = dict(Dossier.objects.filter(pk__in=[one.dossier.pk for one in ready]).values_list("pk", "code"))
    requests = [[one.visitor.get(f"/ho-so/{codes[one.dossier.pk]}/giay-tiep-nhan/")] for one in ready]
    return _seconds(bench.portal(), requests, expected=(200,))


def _seconds(port: int, people: Sequence[list[bytes]], expected: Sequence[int] = (302, 303)) -> float:
    """Let some people send at once, each their requests in order, and return how long it took.

    :raises RuntimeError: an answer was not the expected one.
    """
    waiting = iter(people)
    lock = threading.Lock()
    wrong: list[int] = []

    def work() -> None:
        connection = load.Connection(port)
        while True:
            with lock:
                requests = next(waiting, None)
            if requests is None:
                break
            wrong.extend(status for request in requests if (status := connection.ask(request)) not in expected)
        connection.close()

    seconds = _together(work)
    if wrong:
        raise RuntimeError(f"Answers were {wrong}")
    return seconds


def _together(work: Callable[[], None]) -> float:
    threads = [threading.Thread(target=work) for _person in range(_AT_ONCE)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began
