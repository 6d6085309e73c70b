"""The process in which a stranger's file is opened: little memory, little time, no environment, no Django.

``python -m core.files.child KIND SOURCE TARGET LIMITS`` prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from core.files.findings import Reason, Refused
from core.files.limits import Limits

_FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")


def _confine(limits: Limits) -> None:
    """Give up what opening a file does not need; the audit hook is a second line, not a wall."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, 4 * limits.size),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))

    def refuse(event: str, _args: object) -> None:
        if event.startswith(_FORBIDDEN_EVENTS):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _inspect(kind: str, source: Path, target: Path, limits: Limits) -> dict[str, object]:
    if kind in ("jpeg", "png"):
        from core.files import images

        _confine(limits)
        doubt = images.rewrite(source, target, kind=kind, limits=limits)
        return {"pages": 1, "doubt": doubt, "rewritten": True}
    if kind == "pdf":
        from core.files import pdf

        _confine(limits)
        pages, doubt = pdf.inspect(source, limits=limits)
        return {"pages": pages, "doubt": doubt, "rewritten": False}
    from core.files import office

    _confine(limits)
    office.inspect(source, kind=kind, limits=limits)
    return {"pages": None, "doubt": None, "rewritten": False}


def main(kind: str, source: str, target: str, limits: str) -> None:
    try:
        answer = _inspect(kind, Path(source), Path(target), Limits.loads(limits))
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": Reason.TOO_COMPLEX}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
