"""Administration: texts with their size and faults, switches and presets, dead letters that can be sent again."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from notifications import services
from notifications.channels.base import Next, SendError, Verdict
from notifications.enums import Fault, Kind, State, Topic
from notifications.models import Message, NoticeRule, Template
from tests.factories import Desk
from tests.notifications.conftest import PHONE

pytestmark = pytest.mark.django_db

MESSAGES = "admin:notifications_message_changelist"


@pytest.fixture
def admin_page(client):
    client.force_login(get_user_model().objects.create_superuser("root", "mat-khau-dai-12"))
    return client


@pytest.fixture
def sms() -> Template:
    return Template.objects.get(topic=Topic.RECEIVED, channel=Kind.SMS, language="vi")


@pytest.fixture
def dead(owe, deliver, providers) -> Message:
    providers(zns=lambda _: SendError("-108", Verdict(Next.DEAD, Fault.PERMANENT)))
    message = owe()
    deliver()
    return message


def change(template: Template) -> str:
    return reverse("admin:notifications_template_change", args=[template.pk])


def run(client, action: str, *messages: Message):
    data = {"action": action, "_selected_action": [str(message.pk) for message in messages]}
    return client.post(reverse(MESSAGES), data, follow=True)


def test_a_text_shows_how_it_reads_and_how_long_it_is(admin_page, sms):
    page = admin_page.get(change(sms)).content.decode()
    assert "Ho so H19.75-261123-0001 da tiep nhan. Hen tra ket qua 23/11/2026" in page
    assert "GSM-7" in page
    assert "{due} 23/11/2026" in page


def test_a_text_is_previewed_while_it_is_written_and_not_stored(admin_page, sms):
    address = reverse("admin:notifications_preview", args=[sms.pk])
    before = sms.body
    page = admin_page.post(address, {"body": "Hồ sơ {code}", "keeps_accents": "on"}).content.decode()
    assert "Hồ sơ H19.75-261123-0001" in page
    assert "UCS-2" in page
    assert "{applicant}" in admin_page.post(address, {"body": "{code} {applicant}"}).content.decode()
    sms.refresh_from_db()
    assert sms.body == before


def test_a_preview_is_for_administrators_and_is_posted(client, admin_page, sms):
    address = reverse("admin:notifications_preview", args=[sms.pk])
    assert admin_page.get(address).status_code == 405
    client.force_login(get_user_model().objects.create_user("staff", "mat-khau-dai-12", is_staff=True))
    assert client.post(address, {"body": "{code}"}).status_code in {302, 403}
    client.logout()
    assert client.post(address, {"body": "{code}"}).status_code == 302


@pytest.mark.parametrize("body", ["Hồ sơ của ông", "{code} {full_name}", "{code} xem evil.com", "{code} {", ""])
def test_a_faulty_text_is_not_saved(admin_page, sms, body):
    before = sms.body
    answer = admin_page.post(change(sms), {"body": body, "is_active": "on"})
    assert answer.status_code == 200
    assert answer.context["adminform"].errors
    sms.refresh_from_db()
    assert sms.body == before


def test_a_good_text_is_saved(admin_page, sms):
    assert admin_page.post(change(sms), {"body": "Ho so {code} da nhan.", "is_active": "on"}).status_code == 302
    sms.refresh_from_db()
    assert sms.body == "Ho so {code} da nhan."


def test_texts_are_neither_added_nor_deleted(admin_page, sms):
    assert admin_page.get(reverse("admin:notifications_template_add")).status_code == 403
    delete = reverse("admin:notifications_template_delete", args=[sms.pk])
    assert admin_page.post(delete, {"post": "yes"}).status_code == 403


def test_a_preset_shows_what_it_switches_and_is_used_by_post(admin_page):
    nine = reverse("admin:notifications_noticerule_use_dong_nai_nine")
    shown = dict(admin_page.get(nine).context["notices"])
    assert (shown[Topic.SUBMITTED.label], shown[Topic.RECEIVED.label]) == (False, True)
    assert NoticeRule.objects.get(topic=Topic.SUBMITTED).is_sent
    assert admin_page.post(nine).status_code == 302
    assert not NoticeRule.objects.get(topic=Topic.SUBMITTED).is_sent
    admin_page.post(reverse("admin:notifications_noticerule_use_every_change"))
    assert NoticeRule.objects.get(topic=Topic.SUBMITTED).is_sent


def test_every_switch_says_what_it_switches(admin_page):
    page = admin_page.get(reverse("admin:notifications_noticerule_changelist")).content.decode()
    assert page.count('aria-label="1 Mới đăng ký"') == 1


def test_a_message_is_looked_at_and_not_saved(admin_page, dead):
    page = admin_page.get(reverse("admin:notifications_message_change", args=[dead.pk])).content.decode()
    assert 'name="_save"' not in page


def test_apologies_and_codes_have_no_switch():
    assert not NoticeRule.objects.filter(topic__in=[Topic.APOLOGY, Topic.SIGN_IN_CODE]).exists()


def test_a_single_notice_is_switched_off(admin_page):
    Desk().dossier()
    NoticeRule.objects.filter(topic=Topic.SUBMITTED).update(is_sent=False)
    Desk().dossier()
    assert Message.objects.filter(topic=Topic.SUBMITTED).count() == 1


def test_dead_letters_are_found_and_sent_again(admin_page, dead):
    page = admin_page.get(reverse(MESSAGES), {"dead": "1"}).content.decode()
    assert "-108" in page
    run(admin_page, "resend", dead)
    assert Message.objects.filter(state=State.QUEUED).count() == 1
    assert "-108" not in admin_page.get(reverse(MESSAGES), {"dead": "1"}).content.decode()
    run(admin_page, "resend", dead)
    assert Message.objects.filter(state=State.QUEUED).count() == 1


@pytest.mark.parametrize(
    ("actions", "state"),
    [(["hold"], State.HELD), (["hold", "release"], State.QUEUED), (["cancel"], State.CANCELLED)],
)
def test_messages_are_held_released_and_given_up(admin_page, owe, actions, state):
    message = owe()
    for action in actions:
        run(admin_page, action, message)
    message.refresh_from_db()
    assert message.state == state


@pytest.mark.parametrize(("term", "count"), [("567", 1), ("0901234567", 1), ("568", 0), ("H19.99-000000-0001", 0)])
def test_messages_are_searched_by_the_end_of_the_phone_or_the_code(admin_page, owe, term, count):
    owe(phone=PHONE)
    answer = admin_page.get(reverse(MESSAGES), {"q": term})
    assert answer.context["cl"].result_count == count


def test_a_message_is_found_by_its_dossiers_code(admin_page):
    dossier = Desk().dossier()
    answer = admin_page.get(reverse(MESSAGES), {"q": dossier.code.lower()})
    assert answer.context["cl"].result_count == 1


def test_pages_hide_the_phone_and_every_code(admin_page, owe_code, deliver, providers):
    providers()
    code = owe_code()
    deliver()
    for address in (reverse(MESSAGES), reverse("admin:notifications_message_change", args=[code.pk])):
        page = admin_page.get(address).content.decode()
        assert "428913" not in page
        assert PHONE not in page
        assert "•567" in page


@pytest.mark.parametrize("model", ["template", "noticerule", "message", "receipt", "reachability", "channelpause"])
def test_every_list_opens(admin_page, dead, model):
    assert admin_page.get(reverse(f"admin:notifications_{model}_changelist")).status_code == 200


def test_a_message_shows_its_attempts_and_reports(admin_page, dead):
    page = admin_page.get(reverse("admin:notifications_message_change", args=[dead.pk])).content.decode()
    assert "scripted" in page
    assert services.resend(dead.pk, at=dead.created_at)
