"""The drawn graph in the documentation is the machine that runs."""

import re
from pathlib import Path

from dossiers.enums import EventKind
from dossiers.models import Dossier

GRAPH = Path(__file__).parents[2] / "docs" / "states.md"


def edges_of_the_machine() -> set[tuple[int, int, str]]:
    found = set()
    for kind in set(EventKind) - {EventKind.UNDO}:
        machine = getattr(getattr(Dossier, kind.value, None), "_django_fsm", None)
        for step in machine.transitions.values() if machine else ():
            targets = getattr(step.target, "allowed_states", None) or [step.target]
            found |= {(int(step.source), int(target), kind.value) for target in targets}
    return found


def test_the_drawn_graph_is_the_machine():
    drawn = {
        (int(source), int(target), step)
        for source, target, step in re.findall(r"^    (\d+) --> (\d+): (\w+)$", GRAPH.read_text("utf-8"), re.M)
    }
    assert drawn == edges_of_the_machine()
