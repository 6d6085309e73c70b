"""Versions: a draft is a copy, publishing says what changed and makes it final, agencies offer."""

import pytest
from django.db import transaction

from procedures import changes, forms, services, snapshot
from procedures.enums import VersionState
from procedures.models import (
    Fee,
    FormField,
    FormGroup,
    Procedure,
    ProcedureVersion,
    PublishedIsImmutable,
    RequiredPaper,
    RouteStep,
    TimeLimit,
)
from tests import factories

MONDAY = factories.MONDAY
GROUPS = [
    {
        "key": "request",
        "title": "Yêu cầu",
        "fields": [
            {"key": "kind", "label": "Loại", "kind": "choice", "choices": [["a", "A"], ["b", "B"]]},
            {
                "key": "note",
                "label": "Ghi chú",
                "kind": "text",
                "limits": {"max_length": 20},
                "condition": {"==": [{"var": "request.kind"}, "b"]},
            },
        ],
    }
]
TERMS = {
    "groups": GROUPS,
    "papers": [{"key": "proof", "name": "Giấy chứng minh"}],
    "fees": [{"name": "Lệ phí", "channel": "online", "amount_vnd": 8000}],
    "steps": [{"name": "Tiếp nhận", "role": "receive", "limit_hours": 4}],
}


@pytest.fixture
def version(make_version):
    return make_version(**TERMS)


@pytest.fixture
def admin(db):
    return factories.officer()


def test_a_draft_is_a_deep_copy_of_the_published_version(version):
    draft = services.draft_from(procedure=version.procedure)
    assert (draft.number, draft.state) == (version.number + 1, VersionState.DRAFT)
    assert snapshot.read(draft) == snapshot.read(version)
    draft.papers.all().delete()
    assert version.papers.count() == 1


def test_a_second_draft_is_refused(version):
    services.draft_from(procedure=version.procedure)
    with pytest.raises(services.DraftExists):
        services.draft_from(procedure=version.procedure)


def test_publishing_tells_what_changed_and_retires_the_old_version(version, admin):
    draft = services.draft_from(procedure=version.procedure)
    draft.fees.update(amount_vnd=5000)
    draft.papers.get().delete()
    RequiredPaper.objects.create(version=draft, key="photo", name="Ảnh chân dung")
    group = draft.groups.get()
    group.fields.filter(key="note").update(label="Ghi rõ")
    draft.time_limits.update(value=2)
    changed = services.publish(version=draft, actor=admin, at=MONDAY)
    assert [(change.kind, change.path) for change in changed] == [
        ("changed", "groups.request.fields.note.label"),
        ("removed", "papers.proof"),
        ("added", "papers.photo"),
        ("changed", "fees.Lệ phí (online).amount_vnd"),
        ("changed", "time_limits.online.value"),
    ]
    assert draft.change_note.splitlines()[3] == "~ fees.Lệ phí (online).amount_vnd: 8000 → 5000"
    assert (draft.state, draft.published_at, draft.published_by) == (VersionState.PUBLISHED, MONDAY, admin)
    version.refresh_from_db()
    assert version.state == VersionState.RETIRED
    assert Procedure.objects.get().published == draft


def test_another_order_of_questions_is_a_change(version):
    old = snapshot.read(version)
    new = snapshot.read(version)
    new["groups"][0]["fields"].reverse()
    assert [str(change) for change in changes.between(old, new)] == [
        "~ groups.request.fields.order: kind, note → note, kind"
    ]


def test_the_name_and_the_search_follow_the_published_version(version):
    draft = services.draft_from(procedure=version.procedure)
    draft.name = "Cấp đổi sổ"
    draft.save()
    services.publish(version=draft, actor=None, at=MONDAY)
    procedure = Procedure.objects.get()
    assert procedure.name == "Cấp đổi sổ"
    assert "cap doi so" in procedure.search_text


def test_a_version_is_published_once(version):
    draft = services.draft_from(procedure=version.procedure)
    services.publish(version=draft, actor=None, at=MONDAY)
    with pytest.raises(services.AlreadyPublished):
        services.publish(version=draft, actor=None, at=MONDAY)


def test_a_refused_draft_leaves_the_published_version_in_force(version):
    draft = services.draft_from(procedure=version.procedure)
    draft.time_limits.all().delete()
    with pytest.raises(services.NotPublishable) as refused:
        services.publish(version=draft, actor=None, at=MONDAY)
    assert refused.value.problems[0][0] == "time_limits"
    version.refresh_from_db()
    draft.refresh_from_db()
    assert (version.state, draft.state) == (VersionState.PUBLISHED, VersionState.DRAFT)


def test_a_condition_on_a_removed_question_can_t_be_published(version):
    draft = services.draft_from(procedure=version.procedure)
    draft.groups.get().fields.get(key="kind").delete()
    with pytest.raises(services.NotPublishable, match=r"request\.kind"):
        services.publish(version=draft, actor=None, at=MONDAY)


ROWS = [FormGroup, FormField, RequiredPaper, Fee, TimeLimit, RouteStep]


@pytest.mark.parametrize("model", [*ROWS, ProcedureVersion])
@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
def test_nothing_of_a_published_version_can_be_changed(version, model, state):
    if state == VersionState.RETIRED:
        services.publish(version=services.draft_from(procedure=version.procedure), actor=None, at=MONDAY)
    path = {FormField: "group__version", ProcedureVersion: "pk"}.get(model, "version")
    row = model.objects.filter(**{path: version.pk}).first()
    column = next(name for name in ("key", "name", "note") if hasattr(row, name))
    before = getattr(row, column)
    setattr(row, column, "changed")
    twin = model.objects.get(pk=row.pk)
    twin.pk = None
    attempts = [row.save, row.delete, lambda: model.objects.filter(pk=row.pk).update(**{column: "changed"})]
    attempts += [model.objects.filter(pk=row.pk).delete]
    if model is not ProcedureVersion:
        attempts += [twin.save, lambda: model.objects.bulk_create([twin])]
        attempts += [lambda: model.objects.bulk_update([row], [column])]
    for attempt in attempts:
        with pytest.raises(PublishedIsImmutable), transaction.atomic():
            attempt()
    assert getattr(model.objects.get(pk=row.pk), column) == before


@pytest.mark.parametrize("model", ROWS)
def test_a_row_can_t_be_moved_from_a_draft_into_a_published_version_nor_out_of_it(version, model):
    draft = services.draft_from(procedure=version.procedure)
    for old, new in ((draft, version), (version, draft)):
        if model is FormField:
            row = FormField.objects.filter(group__version=old).first()
            row.group = new.groups.first()
        else:
            row = model.objects.filter(version=old).first()
            row.version = new
        with pytest.raises(PublishedIsImmutable), transaction.atomic():
            row.save()


def test_a_draft_can_be_thrown_away_whole(version):
    draft = services.draft_from(procedure=version.procedure)
    draft.delete()
    assert FormField.objects.filter(group__version=version).count() == 2
    assert not FormGroup.objects.exclude(version=version).exists()


def test_a_dossiers_form_stays_what_it_was(version):
    before = forms.definition_of(version)
    draft = services.draft_from(procedure=version.procedure)
    draft.groups.all().delete()
    services.publish(version=draft, actor=None, at=MONDAY)
    version.refresh_from_db()
    forms.forget()
    assert forms.definition_of(version) == before


def test_agencies_offer_a_procedure_once(version):
    first, second = factories.agency(), factories.agency("H19.27", "UBND phường Long Khánh")
    assert services.offer(procedure=version.procedure, agencies=[first, first]) == 1
    assert services.offer(procedure=version.procedure, agencies=[first, second]) == 1
    assert version.procedure.offerings.count() == 2
    assert services.withdraw_offer(procedure=version.procedure, agencies=[first]) == 1


def test_terms_survive_the_way_through_the_database(shipped):
    version = shipped("1.001193")
    terms = snapshot.read(version)
    assert snapshot.complete(terms) == terms
    assert terms["time_limits"][0]["same_day_until"] == "15:00"
    assert list(changes.problems(terms)) == []
