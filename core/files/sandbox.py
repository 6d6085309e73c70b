"""Runs the child and never believes it more than its one line of JSON."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.files.findings import Doubt, Reason, Refused
from core.files.limits import Limits

logger = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
_OUT_OF_BOUNDS = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ)


def inspect(kind: str, source: Path, target: Path, limits: Limits) -> tuple[int | None, Doubt | None, bool]:
    """Return pages, doubt, and whether ``target`` holds a clean copy.

    :raises Refused: with the child's reason, or with ours when it died.
    """
    command = [sys.executable, "-m", "core.files.child", kind, str(source), str(target), limits.dumps()]
    try:
        # A memory bomb in C code may end in a signal; a time bomb ends in SIGXCPU or in the wall clock.
        done = subprocess.run(  # noqa: S603 - our own module in our own interpreter, no shell
            command, cwd=_ROOT, env={}, capture_output=True, timeout=limits.wall_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(Reason.TOO_COMPLEX) from error
    if done.returncode in _OUT_OF_BOUNDS:
        raise Refused(Reason.TOO_COMPLEX)
    if done.returncode != 0:
        logger.warning("file check died", extra={"kind": kind, "code": done.returncode})
        raise Refused(Reason.UNREADABLE)
    return _read(json.loads(done.stdout))


def _read(answer: dict[str, Any]) -> tuple[int | None, Doubt | None, bool]:
    if "refused" in answer:
        raise Refused(Reason(answer["refused"]))
    doubt = answer["doubt"]
    return answer["pages"], Doubt(doubt) if doubt else None, answer["rewritten"]
