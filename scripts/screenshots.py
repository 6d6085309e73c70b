"""``make screenshots``: the pages that the documentation shows, on a phone and on a desktop."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo.accounts import PASSWORD
from scripts import demo_portal

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PHONE, DESKTOP = (360, 740), (1280, 900)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CITIZEN, SPECIALIST, LEADER = "0901234567", "chuyenvien.tranbien", "lanhdao.tranbien"
DOSSIERS = 240
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """One picture: where, who is signed in, and which link to follow there first: one whose page shows ``shows``."""

    name: str
    path: str
    size: tuple[int, int]
    sign_in: str = ""
    follow: str = ""
    shows: str = "main"
    whole: bool = False


SHOTS = [
    Shot("home", "/", DESKTOP),
    Shot("home-phone", "/", PHONE),
    Shot("catalogue", "/thu-tuc/?q=dang+ky+khai+sinh", DESKTOP),
    Shot("procedure-phone", "/thu-tuc/1.001193/", PHONE),
    Shot("filing-phone", "/nop-ho-so/1.001193/", PHONE, CITIZEN),
    Shot("my-dossiers-phone", "/ho-so/", PHONE, CITIZEN),
    Shot("dossier-phone", "/ho-so/", PHONE, CITIZEN, follow=r"/ho-so/H19[^/]*/$", shows=".mc-due", whole=True),
    Shot("lookup-phone", "/tra-cuu/", PHONE),
    Shot("handset", "/dien-thoai/?so=84901234567", DESKTOP),
    Shot("desk", "/can-bo/", DESKTOP, LEADER),
    Shot("queue", "/can-bo/hang-doi/cua-don-vi/", DESKTOP, LEADER),
    Shot("desk-dossier", "/can-bo/hang-doi/cua-don-vi/", DESKTOP, SPECIALIST, r"/can-bo/ho-so/[^/]+/$", ".mc-viewer"),
]


def main() -> None:
    """Write every picture anew."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("no Chromium found: install the package chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        print("Starting a demo portal; this takes a minute.", flush=True)
        with demo_portal.running(Path(folder), dossiers=DOSSIERS) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            for shot in SHOTS:
                _take(browser, address, shot)
                print(f"  {shot.name}.png", flush=True)
            browser.close()


def _take(browser: Browser, address: str, shot: Shot) -> None:
    width, height = shot.size
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="vi-VN")
    page = context.new_page()
    if shot.sign_in:
        sign_in(page, shot.sign_in)
    page.goto(shot.path)
    if shot.follow:
        _follow(page, shot.follow, shot.shows)
    page.wait_for_load_state("networkidle")
    path = FOLDER / f"{shot.name}.png"
    page.screenshot(path=path, full_page=shot.whole)
    context.close()
    # The pages have few colours: a palette of them makes a third of the bytes, and the repository keeps every version.
    with Image.open(path) as taken:
        few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def sign_in(page: Page, name: str) -> None:
    """Sign in with the demo's password."""
    page.goto("/tai-khoan/dang-nhap/mat-khau/" if name.isdigit() else "/tai-khoan/dang-nhap/can-bo/")
    page.fill("input[type=text], input[type=tel]", name)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)


def _follow(page: Page, pattern: str, shows: str) -> None:
    """Open the first link whose address fits and whose page shows what the picture is for."""
    addresses = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    for address in dict.fromkeys(filter(re.compile(pattern).search, addresses)):
        page.goto(address)
        if page.locator(shows).count():
            return
    raise SystemExit(f"no page behind {pattern} shows {shows}")


if __name__ == "__main__":
    main()
