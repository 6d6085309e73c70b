"""How much of everything a file may hold; the province sets them, the child gets them as plain numbers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    size: int = 20 * 1024 * 1024  # bytes
    pages: int = 300
    pixels: int = 50_000_000  # an A4 page scanned at 600 dpi has 35 million
    pdf_objects: int = 100_000
    zip_entries: int = 2_000
    inflated: int = 200 * 1024 * 1024  # bytes, all entries or streams of one file together
    ratio: int = 200  # inflated to packed, for entries above one MiB
    cpu_seconds: int = 20
    wall_seconds: int = 40
    memory: int = 768 * 1024 * 1024  # bytes of address space, the libraries included

    def dumps(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Limits:
        return cls(**json.loads(text))
