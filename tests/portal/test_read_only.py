"""While nothing may change: what is refused and how, what goes on, and how the worker rests."""

from datetime import timedelta

import pytest
import structlog
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core import heartbeats
from core.models import JobSlot
from dossiers import tasks as dossier_tasks
from dossiers.enums import Status
from dossiers.models import Dossier, Upload
from notifications import tasks as notification_tasks
from notifications.enums import State, Topic
from notifications.models import Message, Receipt
from portal import health, tasks
from portal.celery import app
from portal.settings import upkeep
from tests import factories
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def read_only(settings):
    settings.READ_ONLY = True


def pages():
    draft = "/nop-ho-so/ban-nhap/01976f3a-0000-7000-8000-000000000001"
    return [
        "/tai-khoan/dang-nhap/",
        "/tai-khoan/ho-so-ca-nhan/",
        "/nop-ho-so/1.001193/",
        f"{draft}/to-khai/child/luu/",
        f"{draft}/xem-lai/",
        "/ho-so/H19.26-261123-0001/rut-ho-so/",
        "/can-bo/bo-loc/",
        "/tai-len/",
        "/quan-tri/accounts/agency/add/",
    ]


@pytest.mark.parametrize("address", pages())
def test_what_would_change_something_is_refused_kindly(client, read_only, address):
    answer = client.post(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    for words in ("Trang đang được bảo trì", "vẫn còn trong trình duyệt", "sau khoảng mười phút", "1022"):
        assert words in answer.text


def test_the_page_speaks_english_to_whoever_chose_it(client, read_only):
    client.post(reverse("set_language"), {"language": "en"})
    assert "what you typed is still in your browser" in client.post("/tai-khoan/dang-nhap/").text


def test_a_known_end_is_told_to_people_and_to_programs(client, read_only, settings):
    settings.READ_ONLY_UNTIL = MONDAY + timedelta(hours=2)
    answer = client.post("/tai-khoan/dang-nhap/")
    assert "thứ Hai 23/11/2026, 12:00" in answer.text
    assert answer["Retry-After"] == "7201"


def test_an_end_that_has_passed_is_no_longer_promised(client, read_only, settings):
    settings.READ_ONLY_UNTIL = MONDAY - timedelta(minutes=1)
    answer = client.post("/tai-khoan/dang-nhap/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "khoảng mười phút" in answer.text


def test_the_api_answers_in_its_own_envelope(client, read_only):
    answer = client.post("/api/v1/me/drafts/", {}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    error = answer.json()["error"]
    assert (error["code"], error["fields"]) == ("read_only", {})
    assert error["request_id"] == answer["X-Request-ID"]


def test_a_form_that_stays_on_the_page_gets_a_notice_above_it(client, read_only):
    answer = client.post("/tai-khoan/dang-nhap/", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer["HX-Retarget"] == "#notice"
    assert "<html" not in answer.text
    assert 'id="notice"' in client.get("/").text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_providers_report_is_refused_so_that_it_comes_again(client, read_only, settings, method):
    settings.KANNEL_SECRET = "s3cret"
    address = "/webhooks/kannel/s3cret/?ref=01976f3a-0000-7000-8000-000000000001&code=1"
    assert getattr(client, method)(address).status_code == 503
    assert not Receipt.objects.exists()
    settings.READ_ONLY = False
    assert client.get(address).status_code == 200
    assert Receipt.objects.count() == 1


def test_looking_at_an_upload_waits_too_since_it_may_end_it(client, desk, read_only):
    client.force_login(desk.citizen)
    upload = "/tai-len/01976f3a-0000-7000-8000-000000000001/"
    assert client.head(upload, headers={"Tus-Resumable": "1.0.0"}).status_code == 503
    assert not Upload.objects.exists()


def test_reading_goes_on_and_says_that_it_is_reading_only(client, desk, read_only):
    dossier = desk.dossier(Status.RECEIVED)
    for who, addresses in {
        desk.citizen: ["/", "/thu-tuc/", "/ho-so/", f"/ho-so/{dossier.code}/", "/tai-khoan/ho-so-ca-nhan/"],
        desk.receiver: ["/can-bo/", f"/can-bo/ho-so/{dossier.code}/"],
    }.items():
        client.force_login(who)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert "tạm thời chưa gửi hay thay đổi được" in answer.text
    assert client.get(f"/api/v1/officer/dossiers/{dossier.code}/").status_code == 200


def test_a_question_that_is_posted_is_still_answered(client, desk, read_only):
    dossier = desk.dossier(Status.RECEIVED)
    question = {"code": dossier.code, "factor": desk.citizen.phone[-4:]}
    assert client.post("/tra-cuu/", question).status_code == 200
    assert client.post("/api/v1/lookup/", question, content_type="application/json").status_code == 200


def test_whoever_is_signed_in_stays_so_and_may_leave(client, desk, read_only, time_machine):
    client.force_login(desk.citizen)
    for _visit in range(3):
        time_machine.shift(timedelta(minutes=100))
        assert client.get("/ho-so/").status_code == 200
    assert client.post("/tai-khoan/dang-xuat/").status_code == 302
    assert not Session.objects.exists()


def test_the_administration_can_be_read(client, read_only):
    admin = factories.officer(Role.SYSTEM_ADMIN)
    admin.is_staff = True
    admin.save()
    client.force_login(admin)
    assert client.get("/quan-tri/accounts/agency/").status_code == 200


def test_when_it_is_off_again_everything_goes_on(client, desk, settings):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.receiver)
    address, sent = f"/can-bo/ho-so/{dossier.code}/tiep-nhan/", {"version": dossier.version}
    settings.READ_ONLY = True
    assert client.post(address, sent).status_code == 503
    settings.READ_ONLY = False
    assert client.post(address, sent).status_code == 303


# The worker


def test_messages_lateness_and_cleaning_rest_and_say_so(desk, read_only, time_machine):
    dossier = desk.dossier(Status.RECEIVED)
    owed = Message.objects.filter(state=State.QUEUED)
    assert owed.filter(topic=Topic.RECEIVED).exists()
    before = list(owed.values_list("pk", "attempts", "next_attempt_at"))
    time_machine.shift(timedelta(days=30))
    jobs = (notification_tasks.sweep, notification_tasks.deliver_due, dossier_tasks.find_late, tasks.clean_up)
    with structlog.testing.capture_logs() as log:
        for job in jobs:
            job()
    assert [(line["event"], line["task"]) for line in log] == [("resting_read_only", job.name) for job in jobs]
    assert list(owed.values_list("pk", "attempts", "next_attempt_at")) == before
    assert Dossier.objects.get(pk=dossier.pk).overdue_since is None
    assert not JobSlot.objects.exists()


def test_what_rested_is_made_up_for_afterwards(desk, settings, time_machine):
    dossier = desk.dossier(Status.RECEIVED)
    time_machine.shift(timedelta(days=30))
    settings.READ_ONLY = True
    dossier_tasks.find_late()
    settings.READ_ONLY = False
    dossier_tasks.find_late()
    assert Dossier.objects.get(pk=dossier.pk).overdue_since is not None


def test_the_worker_still_shows_that_it_lives(read_only):
    tasks.heartbeat()
    assert heartbeats.is_alive(health.WORKER, at=timezone.now(), within=timedelta(seconds=1))


def test_only_the_heartbeat_works_on():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert {name for name, task in ours.items() if task.works_read_only} == {"portal.heartbeat"}


# The settings


def test_the_end_is_told_in_the_provinces_time():
    assert upkeep._moment("2026-11-23T10:00") == MONDAY
    assert upkeep._moment("2026-11-23T03:00+00:00") == MONDAY
    assert upkeep._moment("") is None


def test_an_end_that_is_no_moment_keeps_the_portal_from_starting():
    with pytest.raises(ValueError, match="isoformat"):
        upkeep._moment("tomorrow")
