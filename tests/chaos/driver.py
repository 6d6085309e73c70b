"""Officers and citizens who go on working while everything dies under them: real forms over HTTP, and a diary.

An intent is written before each request and an ack after each answer that says "done". What came to no answer is in
doubt; the driver does what a person does: it sends the same version again, and believes the page that says "too late".
"""

import json
import queue
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.cookies import RequestsCookieJar

from tests.chaos.people import PASSWORD, Cast, Draft, ReadyStep, Way

THREADS = 8
TIMEOUT = 20  # seconds an officer's browser waits
DONE = (302, 303)
PAUSE = 0.4  # seconds before somebody tries again
TRIES = 150
STAFF_DOOR, CITIZEN_DOOR = "/tai-khoan/dang-nhap/can-bo/", "/tai-khoan/dang-nhap/mat-khau/"
COMPONENT = "giay-chung-sinh"
_VERSION = re.compile(r'name="version" value="(\d+)"')


class GaveUp(Exception):
    """Nobody answered for so long that the run is worth nothing."""


class Diary:
    """Intents and acks, one JSON object a line, written before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")
        self._lock = threading.Lock()
        self.faults: Counter[str] = Counter()

    def write(self, what: str, **facts: object) -> None:
        with self._lock:
            self._file.write(json.dumps({"what": what, "at": time.time(), **facts}) + "\n")
            self._file.flush()

    def fault(self, name: str) -> None:
        with self._lock:
            self.faults[name] += 1

    def close(self) -> None:
        self._file.close()


class Browser:
    """One signed-in person on one thread."""

    def __init__(self, url: str, diary: Diary) -> None:
        self._url = url
        self._diary = diary
        self.session = requests.Session()
        self.session.trust_env = False

    def sign_in(self, name: str, *, door: str) -> None:
        """Sign in, however often it takes.

        :raises GaveUp: it never worked.
        """
        for _try in range(TRIES):
            self.get(door)
            answer = self.post(door, {"name": name, "password": PASSWORD})
            if answer is not None and answer.status_code in DONE:
                return
            time.sleep(PAUSE)
        raise GaveUp(door)

    def get(self, path: str) -> requests.Response | None:
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, str], **more: object) -> requests.Response | None:
        token = self.session.cookies.get("csrftoken", "")
        return self._ask("POST", path, data={**data, "csrfmiddlewaretoken": token}, **more)

    def _ask(self, method: str, path: str, **more: object) -> requests.Response | None:
        """Return the answer, or None where there was none: then nobody knows what has happened."""
        try:
            answer = self.session.request(method, self._url + path, timeout=TIMEOUT, allow_redirects=False, **more)
        except requests.RequestException as error:
            self._diary.fault(type(error).__name__)
            return None
        if answer.status_code >= 500:
            self._diary.fault(f"http_{answer.status_code}")
            return None
        return answer


@dataclass
class Pace:
    """Spreads the work over the time of the kills, so that no kill hits an idle portal."""

    seconds: float
    total: int
    done: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        self._began = time.monotonic()

    def wait(self) -> None:
        with self._lock:
            mine = self._began + self.seconds * self.done / self.total
            self.done += 1
        time.sleep(max(0.0, mine - time.monotonic()))


class Driver:
    """The people's threads; ``failures`` holds what ended one of them."""

    def __init__(self, url: str, cast: Cast, diary: Diary, *, paper: Callable[..., bytes], seconds: float) -> None:
        self._url = url
        self._cast = cast
        self._diary = diary
        self._paper = paper
        self._ways: queue.SimpleQueue[Way] = queue.SimpleQueue()
        for way in cast.ways:
            self._ways.put(way)
        self._pace = Pace(seconds, sum(len(way.steps) for way in cast.ways))
        self.failures: list[str] = []
        self._cookies: dict[str, RequestsCookieJar] = {}
        self._threads = [threading.Thread(target=self._guard, args=(self._work,)) for _number in range(THREADS)]
        self._threads.append(threading.Thread(target=self._guard, args=(self._attach_all,)))
        self._upload_pause = seconds / max(1, len(cast.drafts)) / 2

    @property
    def is_working(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    @property
    def share(self) -> float:
        """How much of the work has been begun, from 0 to 1."""
        return self._pace.done / self._pace.total

    def start(self) -> None:
        """Sign everybody in, once and before anything dies: a sign-in that is cut off counts as a failed one."""
        doors = dict.fromkeys(self._cast.officers.values(), STAFF_DOOR)
        for name, door in (doors | {draft.citizen: CITIZEN_DOOR for draft in self._cast.drafts}).items():
            browser = Browser(self._url, self._diary)
            browser.sign_in(name, door=door)
            self._cookies[name] = browser.session.cookies
        self._pace.begin()
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def _browser(self, name: str) -> Browser:
        """Open somebody's session in one more window."""
        browser = Browser(self._url, self._diary)
        browser.session.cookies = self._cookies[name].copy()
        return browser

    def _guard(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - told by the report, whatever it was
            self.failures.append(f"{type(error).__name__}: {error}")

    def _work(self) -> None:
        browsers = {role: self._browser(name) for role, name in self._cast.officers.items()}
        while True:
            try:
                way = self._ways.get_nowait()
            except queue.Empty:
                return
            version = 1
            for step in way.steps:
                self._pace.wait()
                version = self._take(browsers, way.code, step, version)

    def _take(self, browsers: dict[str, Browser], code: str, step: ReadyStep, version: int) -> int:
        """Take one step for certain and return the version that it should have made.

        :raises GaveUp: nobody answered.
        """
        slug, kind, role = step
        address = f"/can-bo/ho-so/{code}/{slug}/"
        for _try in range(TRIES):
            facts = {"code": code, "kind": kind.value, "role": role, "version": version}
            self._diary.write("intent", **facts)
            answer = browsers[role].post(address, {"version": str(version), **self._cast.fields.get(slug, {})})
            if answer is not None and answer.status_code in DONE:
                if answer.headers["Location"].startswith("/tai-khoan/"):
                    raise GaveUp("an officer was signed out")
                self._diary.write("ack", **facts)
                return version + 1
            if answer is not None and answer.status_code == 409:
                newer = self._version_now(browsers[role], address)
                if newer is None:
                    self._diary.write("too_late", **facts)
                    return version + 1
                version = newer
                continue
            if answer is not None:
                raise GaveUp(f"{slug} was answered with {answer.status_code}")
            time.sleep(PAUSE)
        raise GaveUp(address)

    def _version_now(self, browser: Browser, address: str) -> int | None:
        """Open the step's form and read the version in it; None when the step does not exist any more.

        :raises GaveUp: nobody answered.
        """
        for _try in range(TRIES):
            answer = browser.get(address)
            if answer is not None and answer.status_code == 200:
                found = _VERSION.search(answer.text)
                if found is None:
                    raise GaveUp("the form shows no version")
                return int(found[1])
            if answer is not None:
                return None
            time.sleep(PAUSE)
        raise GaveUp(address)

    def _attach_all(self) -> None:
        for draft in self._cast.drafts:
            browser = self._browser(draft.citizen)
            for number in range(2):
                time.sleep(self._upload_pause)
                self._attach(browser, draft, number)

    def _attach(self, browser: Browser, draft: Draft, number: int) -> None:
        """Send a paper until somebody says that it is there.

        :raises GaveUp: nobody answered, or it was refused.
        """
        address = f"/giay-to/{draft.public_id}/{COMPONENT}/"
        # Every paper has other bytes, so that each one has its own blob.
        content = self._paper(text=f"Giay chung sinh {draft.public_id} {number}")
        for _try in range(TRIES):
            self._diary.write("paper_intent", draft=draft.public_id, number=number)
            answer = browser.post(
                address, {"whole": "1"}, files={"file": (f"giay-{number}.pdf", content, "application/pdf")}
            )
            if answer is not None and answer.status_code in DONE:
                self._diary.write("paper_ack", draft=draft.public_id, number=number)
                return
            if answer is not None:
                raise GaveUp(f"paper was answered with {answer.status_code}")
            time.sleep(PAUSE)
        raise GaveUp(address)
