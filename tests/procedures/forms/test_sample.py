"""Invented answers."""

import pytest

from procedures import forms
from procedures.forms.sample import sample_answers
from tests.procedures.conftest import TODAY


@pytest.mark.parametrize(
    "code",
    [
        "1.001193",
        "1.000894",
        "1.000656",
        "1.004873",
        "2.000815",
        "1.001612",
        "1.013225",
        "1.004194",
        "3.000333",
        "1.012783",
        "1.003460",
    ],
)
def test_invented_answers_are_accepted_whole(shipped, code):
    version = shipped(code)
    for number in range(3):
        answers = sample_answers(version, on=TODAY, number=number)
        assert forms.validate(version, answers, on=TODAY).errors == {}
