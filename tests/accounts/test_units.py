"""Provinces and communes are facts from a file: loaded once, corrected by a second load, refused whole when wrong."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Commune, Province

pytestmark = pytest.mark.django_db
GOOD = {
    "provinces": [{"code": "75", "name": "Tỉnh Đồng Nai", "kind": "tỉnh"}],
    "communes": {"75": [{"code": "26041", "name": "Phường Trấn Biên"}]},
}


@pytest.fixture
def load(tmp_path, capsys):
    def run(content):
        path = tmp_path / "units.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        call_command("load_units", str(path))
        return capsys.readouterr().out

    return run


def test_the_shipped_facts_load_and_a_second_run_changes_nothing(capsys):
    call_command("load_units")
    assert "228 created, 0 changed" in capsys.readouterr().out
    assert (Province.objects.count(), Commune.objects.filter(province="75").count()) == (34, 95)
    call_command("load_units")
    assert "0 created, 0 changed" in capsys.readouterr().out


def test_a_renamed_commune_is_corrected_and_found_without_diacritics(load):
    load(GOOD)
    renamed = {**GOOD, "communes": {"75": [{"code": "26041", "name": "Phường Biên Hòa"}]}}
    assert "0 created, 1 changed" in load(renamed)
    assert Commune.objects.get(search_text="phuong bien hoa").code == "26041"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff",
        {"provinces": []},
        {**GOOD, "provinces": [{"code": "7", "name": "X", "kind": "tỉnh"}]},
        {**GOOD, "provinces": [{"code": "75", "name": "", "kind": "tỉnh"}]},
        {**GOOD, "provinces": GOOD["provinces"] * 2},
        {**GOOD, "communes": {"75": GOOD["communes"]["75"] * 2}},
        {**GOOD, "communes": {"75": [{"code": "2604", "name": "X"}]}},
        {**GOOD, "communes": {"99": []}},
        {**GOOD, "extra": 1},
    ],
)
def test_a_bad_file_is_refused_and_changes_nothing(load, content):
    with pytest.raises(CommandError, match="Nothing was changed"):
        load(content)
    assert not Province.objects.exists()
