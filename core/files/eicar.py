"""The harmless test virus of the European Institute for Computer Antivirus Research, known even without a scanner."""

from __future__ import annotations

import mmap
from pathlib import Path

# Put together here, so that no scanner stops at this very file.
SIGNATURE = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"


def is_in(data: bytes) -> bool:
    return SIGNATURE in data


def is_in_file(path: Path) -> bool:
    """Tell whether the signature stands anywhere in a file that is not empty."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return view.find(SIGNATURE) >= 0
