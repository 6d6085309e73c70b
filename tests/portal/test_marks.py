"""The marks of the legal statuses: a word, a shape and a colour for each, the same everywhere."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from dossiers.enums import Status
from portal.templatetags import marks
from tests.factories import MONDAY

ICONS = Path(settings.BASE_DIR, "static", "images", "icons.svg").read_text()


def component(source: str, **context) -> str:
    return engines["django"].from_string(CottonCompiler().process(source)).render(context)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_word_a_shape_and_a_tone(status):
    assert marks.status_label(int(status)) == str(status.label)
    assert f'id="status-{int(status)}"' in ICONS
    assert marks.status_tone(int(status)) in {"grey", "blue", "amber", "red", "green"}


def test_no_two_statuses_share_a_shape():
    shapes = [line.split(">", 1)[1] for line in ICONS.splitlines() if 'id="status-' in line]
    assert len(shapes) == len(set(shapes)) == len(Status)


def test_component_draws_word_and_shape():
    html = component("<c-status :code='code' />", code=5)
    assert "#status-5" in html
    assert "mc-tone-amber" in html
    assert str(Status.SUPPLEMENT.label) in html


@pytest.mark.parametrize(("level", "icon"), [("ok", "clock"), ("amber", "clock"), ("red", "warning"), ("late", "late")])
def test_due_mark_changes_its_shape_with_its_colour(level, icon):
    html = component("<c-due :at='at' :minutes='960' level='{{ level }}' />", at=MONDAY, level=level)
    assert f"#{icon}" in html
    assert "23/11/2026, 10:00" in html


def test_dossier_without_a_due_date_says_so():
    assert "mc-due" not in component("<c-due />")


def test_link_of_the_current_section_is_marked():
    request = RequestFactory().get("/thu-tuc/1.001193/")
    assert "aria-current" in marks.current({"request": request}, "/thu-tuc/")
    assert marks.current({"request": request}, "/ho-so/") == ""
    assert marks.current({}, "/ho-so/") == ""


def test_unknown_message_level_is_plain_information():
    assert marks.banner_kind("") == "info"
    assert marks.banner_kind("error") == "error"
