"""The system's Chromium against a live server, on a phone and on a desktop, with axe and the rules every page keeps."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

# Playwright's sync API runs an event loop in the test's thread; the tests themselves touch the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_ROOT = Path(settings.BASE_DIR)
_STYLES = _ROOT / "static" / "build" / "css" / "site.css"
_AXE = _ROOT / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (360, 740), "desktop": (1280, 900), "narrow": (320, 640)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium once; what is missing is named, never skipped over."""
    for needed in (_STYLES, _AXE):
        if not needed.exists():
            pytest.fail(f"{needed} is missing: run `npm ci --ignore-scripts && npm run build` (make setup-dev does)")
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, (shutil.which(name) for name in names if name)), None)
    if program is None:
        pytest.fail("no Chromium found: install the package chromium, or name the program in CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open pages of a size; at the end, no page may have broken the content policy or thrown a script error."""
    contexts, troubles = [], []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def make(size: str = "desktop", **options: object) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="vi-VN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """Run the test twice: 360 x 740 and 1280 x 900."""
    return new_page(request.param)


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Page:
    return new_page("phone")


@pytest.fixture
def desktop(new_page: Callable[..., Page]) -> Page:
    return new_page("desktop")


@pytest.fixture
def narrow(new_page: Callable[..., Page]) -> Page:
    """Return a page 320 px wide, the narrowest that must work without scrolling sideways."""
    return new_page("narrow")


@pytest.fixture
def sign_in(live_server) -> Callable[..., None]:
    """Sign somebody in by their session cookie."""

    def put(page: Page, user) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return put


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Fail with the rule and the place when a page breaks one of axe's rules."""
    source = _AXE.read_text()

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate(
            "axe.run().then(result => result.violations.flatMap("
            "rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"
        )
        assert found == []

    return check


@pytest.fixture(scope="session")
def fits() -> Callable[[Page], None]:
    """Fail when a page is wider than the screen, naming what sticks out."""

    def check(page: Page) -> None:
        sticking_out = page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className)"
        )
        assert sticking_out == []

    return check


@pytest.fixture(scope="session")
def thumbs() -> Callable[[Page], None]:
    """Fail when a link or control that stands alone is lower than 44 px, naming it; links within a text are lines."""

    def check(page: Page) -> None:
        too_low = page.evaluate(
            """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
            .filter(e => e.type !== 'hidden' && e.checkVisibility() && !e.closest('.govuk-visually-hidden, .mc-skip'))
            .filter(e => e.tagName !== 'A' || e.parentElement.innerText.trim().length <= e.innerText.trim().length + 3)
            .filter(e => Math.max(...[e, ...(e.labels || [])].map(x => x.getBoundingClientRect().height)) < 43.5)
            .map(e => `${e.tagName} ${e.innerText || e.name} ${e.getBoundingClientRect().height}`)"""
        )
        assert too_low == []

    return check
