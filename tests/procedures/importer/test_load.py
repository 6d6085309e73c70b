"""The importer: idempotent, all or nothing, and a bad file is told by record and key."""

import copy
import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.folding import fold
from procedures import services, snapshot
from procedures.enums import Channel, TimeUnit, VersionState
from procedures.models import Procedure, ProcedureVersion
from tests import factories

FILE = settings.BASE_DIR / "procedures" / "data" / "procedures.json"
RECORD = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "field": "Hộ tịch",
    "level": "Cấp xã",
    "agency": "UBND cấp xã",
    "processing_time": {"online": {"value": 1, "unit": "working_day"}},
    "fee_vnd": {"online": 0, "counter": 8000},
    "components": [{"name": "Giấy chứng sinh", "quantity": "1 bản chính"}],
    "results": [{"name": "Giấy khai sinh", "code": "KQ.G15.000031"}],
    "form_fields": [
        {"group": "requester", "fields": [{"label": "họ tên", "required": True}, {"label": "số định danh"}]},
        {"group": "members(list, nếu có)", "fields": [{"label": "ngày sinh", "required": False}]},
        {"group": "each_party(×2)", "fields": [{"label": "điện thoại", "required": True}]},
        {"group": "extra", "fields": [{"label": "cam đoan", "required": True}]},
    ],
    "source": "Cổng Dịch vụ công quốc gia",
    "verified": True,
    "verified_fields": ["code"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path, capsys):
    """Write records (or raw bytes) to a file, load it, and return what the command said."""

    def run(content, **options):
        path = tmp_path / "procedures.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        call_command("load_procedures", str(path), **options)
        return capsys.readouterr().out

    return run


def changed(record=RECORD, **values):
    return {**copy.deepcopy(record), **values}


def everything():
    rows = {code: snapshot.read(Procedure.objects.get(code=code).published) for code in codes()}
    return rows, ProcedureVersion.objects.count()


def codes():
    return list(Procedure.objects.values_list("code", flat=True))


def test_the_shipped_catalogue_loads_and_a_second_run_changes_nothing(capsys):
    call_command("load_procedures", str(FILE))
    assert "80 created, 0 changed, 0 unchanged" in capsys.readouterr().out
    before = everything()
    call_command("load_procedures", str(FILE))
    out = capsys.readouterr().out
    assert "0 created, 0 changed, 80 unchanged" in out
    assert "Nothing had to be changed." in out
    assert everything() == before


def test_every_life_event_and_both_levels_are_in_the_shipped_catalogue():
    call_command("load_procedures", str(FILE))
    events = {event for procedure in Procedure.objects.all() for event in procedure.life_events}
    assert events == {"birth", "marriage", "death", "house", "business", "moving"}
    assert {level for procedure in Procedure.objects.all() for level in procedure.levels} == {"province", "commune"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("dang ky khai sinh", "1.001193"),
        ("ĐĂNG KÝ KHAI SINH", "1.001193"),
        ("so do", "1.012783"),
        ("giay doc than", "1.004873"),
        ("sao y", "2.000815"),
        ("1.012783.h19", "1.012783"),
        ("mo cua hang", "1.001612"),
    ],
)
def test_people_find_procedures_by_their_own_words(typed, code):
    call_command("load_procedures", str(FILE))
    assert Procedure.objects.filter(search_text__contains=fold(typed), code=code).exists()


def test_a_list_alone_and_an_object_around_it_are_the_same(load):
    assert "1 created" in load([RECORD])
    assert "1 unchanged" in load({"_meta": {"count": 1}, "procedures": [RECORD]})


def test_a_record_becomes_terms(load):
    load([RECORD])
    version = Procedure.objects.get().published
    assert (version.number, version.state, version.published_by) == (1, VersionState.PUBLISHED, None)
    assert [(fee.channel, fee.amount_vnd) for fee in version.fees.all()] == [("online", 0), ("counter", 8000)]
    assert [(paper.key, paper.quantity) for paper in version.papers.all()] == [("giay_chung_sinh", "1 bản chính")]
    groups = {group.key: group for group in version.groups.all()}
    assert list(groups) == ["requester", "members", "each_party", "extra"]
    assert (groups["members"].is_repeating, groups["each_party"].min_rows, groups["each_party"].max_rows) == (
        True,
        2,
        2,
    )
    kinds = {field.label: field.kind for group in groups.values() for field in group.fields.all()}
    assert kinds == {
        "Họ tên": "text",
        "Số định danh": "identity",
        "Ngày sinh": "date",
        "Điện thoại": "phone",
        "Cam đoan": "yes_no",
    }


def test_a_record_without_fields_gets_the_generic_request_form(load):
    load([changed(form_fields=[])])
    keys = [field.key for group in Procedure.objects.get().published.groups.all() for field in group.fields.all()]
    assert keys == [
        "full_name",
        "identity_number",
        "phone",
        "email",
        "address",
        "content",
        "notes",
        "declaration",
    ]


@pytest.mark.parametrize(
    ("printed", "unit", "note"),
    [
        ("working_day", TimeUnit.WORKING_DAY, ""),
        ("day_as_printed", TimeUnit.CALENDAR_DAY, ""),
        ("unit_not_printed", TimeUnit.WORKING_DAY, "chưa được kiểm chứng"),
        ("working_hour", TimeUnit.WORKING_HOUR, ""),
    ],
)
def test_units_of_the_source_become_ours(load, printed, unit, note):
    load([changed(processing_time={"online": {"value": 3, "unit": printed}})])
    limit = Procedure.objects.get().published.time_limits.get()
    assert (limit.channel, limit.value, limit.unit) == (Channel.ONLINE, 3, unit)
    assert note in limit.note


def test_no_processing_time_means_no_due_date(load):
    load([changed(processing_time={})])
    limits = Procedure.objects.get().published.time_limits.all()
    assert {(limit.channel, limit.value) for limit in limits} == {("online", None), ("counter", None)}


@pytest.mark.parametrize(
    ("fees", "rows"),
    [
        ({"online": None}, [("Phí, lệ phí", None, "Nguồn không ghi mức thu.")]),
        ({"counter": "145 USD"}, [("Phí, lệ phí", None, "145 USD")]),
        (
            {"per_page_first_2": 2000, "max_per_copy": 200000},
            [("Mỗi trang, hai trang đầu", 2000, ""), ("Mức thu tối đa một bản", 200000, "")],
        ),
        ({"printed": "Phí: 810.000đ", "first_amount": 810000}, [("Phí, lệ phí", 810000, "Phí: 810.000đ")]),
        ({"printed": None, "first_amount": None, "note": "x"}, [("Phí, lệ phí", None, "Nguồn không ghi mức thu.")]),
        ({}, []),
    ],
)
def test_fees_of_every_spelling_become_rows(load, fees, rows):
    load([changed(fee_vnd=fees)])
    found = Procedure.objects.get().published.fees.all()
    assert [(fee.name, fee.amount_vnd, fee.note) for fee in found] == rows


def test_a_changed_record_becomes_a_new_published_version(load):
    load([RECORD])
    first = Procedure.objects.get().published
    assert "0 created, 1 changed" in load([changed(fee_vnd={"online": 5000, "counter": 8000})])
    procedure = Procedure.objects.get()
    assert procedure.published.number == 2
    assert "amount_vnd: 0 → 5000" in procedure.published.change_note
    first.refresh_from_db()
    assert first.state == VersionState.RETIRED
    assert [fee.amount_vnd for fee in first.fees.all()] == [0, 8000]


def test_a_change_of_search_words_makes_no_new_version(load):
    load([RECORD])
    assert "1 changed" in load([changed(keywords=["Giấy khai sinh"], life_events=["birth"])])
    procedure = Procedure.objects.get()
    assert procedure.published.number == 1
    assert "giay khai sinh" in procedure.search_text


def test_what_a_person_published_is_kept_unless_overwritten(load):
    load([RECORD])
    procedure = Procedure.objects.get()
    draft = services.draft_from(procedure=procedure)
    draft.fees.all().delete()
    services.publish(version=draft, actor=factories.officer(), at=factories.MONDAY)
    assert "1 kept" in load([RECORD])
    assert Procedure.objects.get().published.number == 2
    assert "1 changed" in load([RECORD], overwrite=True)
    assert Procedure.objects.get().published.number == 3


def test_a_draft_under_way_stops_the_import(load):
    load([RECORD])
    services.draft_from(procedure=Procedure.objects.get())
    with pytest.raises(CommandError, match=r"Record 1 \(1\.001193\), key 'code': a draft"):
        load([changed(name="Khai sinh")])


def with_form(*fields, **group):
    return changed(form=[{"key": "a", "title": "A", "fields": list(fields), **group}])


TEXT = {"key": "b", "label": "B", "kind": "text"}
DEEP = {"==": [1, 1]}
for _ in range(50):
    DEEP = {"!": DEEP}

BAD_RECORDS = [
    (changed(processing_time={"online": {"value": 1, "unit": "fortnight"}}), "processing_time.online.unit"),
    (changed(processing_time={"online": {"value": -1, "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": 0, "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": "1", "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": 1.5, "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": True, "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": 10**9, "unit": "working_day"}}), "processing_time.online.value"),
    (changed(processing_time={"online": {"value": 1}}), "processing_time.online.unit"),
    (changed(processing_time={"fax": {"value": 1, "unit": "working_day"}}), "processing_time.fax"),
    (changed(processing_time=[]), "processing_time"),
    (changed(code="1.00119"), "code"),
    (changed(code="1.001193 "), "code"),
    (changed(code="1.001193\n"), "code"),
    (changed(code="١.001193"), "code"),
    (changed(code=1.001193), "code"),
    (changed(code=None), "code"),
    (changed(name=""), "name"),
    (changed(name="   "), "name"),
    (changed(name=None), "name"),
    (changed(name="x" * 501), "name"),
    (changed(name="Khai\u0000sinh"), "name"),
    (changed(name="Khai \ud800 sinh"), "name"),
    (changed(field=""), "field"),
    (changed(level="Cấp huyện"), "level"),
    (changed(fee_vnd={"online": -1}), "fee_vnd.online"),
    (changed(fee_vnd={"online": 0.5}), "fee_vnd.online"),
    (changed(fee_vnd={"fax": 1}), "fee_vnd.fax"),
    (changed(fee_vnd={"online": [1]}), "fee_vnd.online"),
    (changed(components=[{"quantity": "1"}]), "components.0.name"),
    (changed(components=[{"name": "A", "key": "__class__"}]), "components.0.key"),
    (changed(components=[{"name": "A", "key": "a"}, {"name": "B", "key": "a"}]), "papers.key"),
    (changed(components="none"), "components"),
    (changed(status="x"), "status"),
    (changed(verified="yes"), "verified"),
    (changed(life_events=["retirement"]), "life_events.0"),
    (with_form({**TEXT, "kind": "colour"}), "form.0.fields.0.kind"),
    (with_form({**TEXT, "key": "__class__"}), "form.0.fields.0.key"),
    (with_form({**TEXT, "key": "B"}), "form.0.fields.0.key"),
    (with_form({**TEXT, "pattern": "(a+)+$"}), "form.0.fields.0.pattern"),
    (with_form({**TEXT, "limits": {"regex": "(a+)+$"}}), "groups.a.fields.b.limits.regex"),
    (with_form({**TEXT, "limits": {"max_length": -1}}), "groups.a.fields.b.limits.max_length"),
    (with_form(TEXT, TEXT), "groups.a.fields.key"),
    (with_form({**TEXT, "condition": {"==": [{"var": "a.c"}, 1]}}), "groups.a.fields.b.condition"),
    (with_form({**TEXT, "condition": {"==": [{"var": "a.b"}, 1]}}), "groups.a.fields.b.condition"),
    (with_form({**TEXT, "condition": {"matches": [1, 2]}}), "form.0.fields.0.condition"),
    (with_form({**TEXT, "condition": DEEP}), ""),
    (with_form({**TEXT, "kind": "choice"}), "groups.a.fields.b.choices"),
    (with_form({**TEXT, "kind": "choice", "choices": "countries"}), "form.0.fields.0.choices"),
    (with_form({**TEXT, "kind": "choice", "choices": [["x", "X"], ["x", "Y"]]}), "groups.a.fields.b.choices.value"),
    (with_form({**TEXT, "kind": "file"}, is_repeating=True, max_rows=3), "groups.a.fields.b.kind"),
    (with_form(TEXT, min_rows=5, max_rows=3), "groups.a.min_rows"),
    (with_form(TEXT, max_rows=0), "form.0.max_rows"),
    ({key: value for key, value in RECORD.items() if key != "name"}, "name"),
    ({key: value for key, value in RECORD.items() if key != "processing_time"}, "processing_time"),
]


@pytest.mark.parametrize(("record", "key"), BAD_RECORDS, ids=[f"{n}-{key}" for n, (_, key) in enumerate(BAD_RECORDS)])
def test_a_bad_record_is_named_with_its_key_and_nothing_changes(load, record, key):
    load([changed(code="2.000815", name="Chứng thực")])
    before = everything()
    good = changed(code="2.000635", name="Trích lục")
    with pytest.raises(CommandError) as refused:
        load([good, record])
    told = str(refused.value)
    assert "Record 2" in told
    assert f"key '{key}" in told or (not key and "nested" in told)
    if isinstance(record.get("code"), str):
        assert record["code"] in told
    assert everything() == before


def test_a_doubled_code_names_both_records(load):
    with pytest.raises(CommandError, match=r"Record 2 \(1\.001193\), key 'code': already used by record 1"):
        load([RECORD, changed(name="Khác")])
    assert codes() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b'{"procedures": ',
        b"null",
        b'"text"',
        b'{"records": []}',
        b'{"procedures": {}}',
        b'{"procedures": [], "extra": 1}',
        b"[null]",
        b"[[]]",
        b'["1.001193"]',
        b'[{"code": "1.001193", "code": "1.001194"}]',
        b'[{"code": "1.001193", "default_fee_vnd": NaN}]',
        b'{"procedures": [], "choice_lists": {"a": "b"}}',
        b"\xff\xfe[\x00]\x00",
        b"[" * 100_000,
        b"[" + b"[" * 100 + b"]" * 100 + b"]",
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_words(load, content):
    with pytest.raises(CommandError, match=r"Nothing was changed\.\n.+"):
        load(content)
    assert codes() == []


def test_a_missing_file_is_told():
    with pytest.raises(CommandError, match="can't be read"):
        call_command("load_procedures", "/nowhere/procedures.json")


_json = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=10)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(key=st.sampled_from(sorted(RECORD)), value=_json)
def test_any_value_under_any_key_is_taken_or_refused_and_never_crashes(load, key, value):
    before = ProcedureVersion.objects.count()
    record = {**RECORD, "code": "3.000001", key: value}
    try:
        load([record])
        refused = ""
    except CommandError as error:
        refused = str(error)
    assert not refused or "Record 1" in refused
    assert not refused or ProcedureVersion.objects.count() == before
