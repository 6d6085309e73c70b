"""Every text of the interface has a Vietnamese translation, and the parts of the catalogue agree."""

import pytest
from django.utils.translation import trans_real

from scripts import messages


def test_every_text_has_a_vietnamese_translation():
    libraries = trans_real.translation("vi")._catalog
    lacking = {
        f"{place}: {msgid!r}"
        for (context, msgid), place in messages.missing().items()
        if (f"{context}\x04{msgid}" if context else msgid) not in libraries
    }
    assert sorted(lacking) == []


def test_texts_are_found_in_code_and_templates(tmp_path):
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "models.py").write_text('x = _("Code")\ny = pgettext("month", "May")\n')
    (tmp_path / "app" / "templates" / "page.html").write_text(
        '{% load i18n %}\n  <p class="it\'s">{% translate "Page" %} {{ _("Variable") }}</p>\n'
        " {% blocktranslate count n=n trimmed %}\n  One {{ n }}\n {% plural %}\n  Many\n {% endblocktranslate %}\n"
    )
    assert messages.extracted(tmp_path) == {
        ("", "Code"): "app/models.py:1",
        ("month", "May"): "app/models.py:2",
        ("", "Page"): "app/templates/page.html:2",
        ("", "Variable"): "app/templates/page.html:2",
        ("", "One %(n)s"): "app/templates/page.html:3",
    }


def part(folder, name: str, *entries: str):
    path = folder / name
    path.write_text("\n\n".join(entries), encoding="utf-8")
    return path


def test_parts_become_one_catalogue(tmp_path):
    one = part(tmp_path, "one.po", 'msgid "Code"\nmsgstr "Mã"', 'msgid "Name"\nmsgstr "Tên"')
    two = part(tmp_path, "two.po", 'msgid "Code"\nmsgstr "Mã"', 'msgctxt "month"\nmsgid "May"\nmsgstr "Tháng 5"')
    merged = messages.merge([one, two])
    assert {messages.key_of(entry): entry.string for entry in merged if entry.id} == {
        ("", "Code"): "Mã",
        ("", "Name"): "Tên",
        ("month", "May"): "Tháng 5",
    }


def test_two_parts_that_disagree_are_refused(tmp_path):
    one = part(tmp_path, "one.po", 'msgid "Code"\nmsgstr "Mã"')
    two = part(tmp_path, "two.po", 'msgid "Code"\nmsgstr "Mã số"')
    with pytest.raises(messages.BadCatalogue, match=r"two\.po: 'Code' is translated otherwise in one\.po"):
        messages.merge([one, two])


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Code"\nmsgstr ""', "has no translation"),
        ('#, fuzzy\nmsgid "Code"\nmsgstr "Mã"', "is marked fuzzy"),
        ('#, python-format\nmsgid "%(n)s days"\nmsgstr "%(m)s ngày"', "n"),
    ],
)
def test_an_empty_fuzzy_or_broken_entry_is_refused(tmp_path, entry, fault):
    with pytest.raises(messages.BadCatalogue, match=fault):
        messages.merge([part(tmp_path, "one.po", entry)])
