"""Programs the tests need that no Python package brings: Chromium and the SMS gateway Kannel, from Debian."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """Something that must be on the machine, and the Debian packages it comes in."""

    what: str
    found_as: tuple[str, ...]
    debian: tuple[str, ...]

    def path(self) -> str | None:
        """Return where it is, if it is."""
        return next((path for name in self.found_as if (path := shutil.which(name, path=_search_path()))), None)


CHROMIUM = Program("Chromium", ("chromium", "chromium-browser", "google-chrome"), ("chromium",))
KANNEL = Program("the SMS gateway Kannel", ("bearerbox",), ("kannel",))
FAKE_SMSC = Program("Kannel's fake SMS centre", ("fakesmsc", "/usr/lib/kannel/test/fakesmsc"), ("kannel-extras",))


def ensure(*programs: Program) -> None:
    """Install what is missing where this user may.

    :raises SystemExit: something is missing and can't be installed from here.
    """
    missing = [program for program in programs if program.path() is None]
    if not missing:
        return
    names = ", ".join(program.what for program in missing)
    packages = [package for program in missing for package in program.debian]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The tests need {names}. Install it first; on Debian as root: apt-get install {' '.join(packages)}")
    print(f"Installing {names} with apt-get", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"apt-get {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    if still := [program.what for program in programs if program.path() is None]:
        sys.exit(f"Installed, but still not found: {', '.join(still)}")


def _search_path() -> str:
    # Servers live in sbin, which ordinary users don't have in their PATH.
    return os.pathsep.join([os.environ.get("PATH", ""), *(str(Path(root) / "sbin") for root in ("/usr", "/usr/local"))])
