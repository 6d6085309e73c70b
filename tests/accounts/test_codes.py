"""One-time codes: hashed, single use, bound, counted before compared, and sent with the row or not at all."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts import services, signals
from accounts.enums import CodePurpose
from accounts.models import OneTimeCode
from accounts.services import codes
from tests import people
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

SIGN_IN = {"phone": people.NUMBER, "purpose": CodePurpose.SIGN_IN, "session": "browser-a"}


def issue(at=MONDAY, ip="203.0.113.9", **other):
    return services.request_code(**{**SIGN_IN, **other}, ip=ip, at=at, language="vi")


def use(code, at=MONDAY, **other):
    services.use_code(**{**SIGN_IN, **other}, code=code, at=at)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_signal_tells_all_that_the_message_needs(sent):
    row = issue(phone=people.MOBILE)
    (news,) = sent
    assert (news["phone"], news["purpose"], news["language"]) == (people.NUMBER, CodePurpose.SIGN_IN, "vi")
    assert (news["at"], news["expires_at"]) == (MONDAY, row.expires_at)
    assert len(news["code"]) == 6


def test_only_hashes_are_kept(sent):
    row = issue()
    kept = " ".join(str(getattr(row, field.name)) for field in OneTimeCode._meta.fields if "hash" in field.name)
    assert sent[0]["code"] not in kept
    assert "browser-a" not in kept


def test_a_failing_subscriber_takes_the_code_and_the_count_back():
    def fail(sender, **kwargs):
        raise RuntimeError

    signals.code_issued.connect(fail, weak=False)
    try:
        with pytest.raises(RuntimeError):
            issue()
    finally:
        signals.code_issued.disconnect(fail)
    assert not OneTimeCode.objects.exists()
    issue()


def test_a_code_works_once(sent):
    issue()
    use(sent[0]["code"])
    with pytest.raises(services.CodeRefused):
        use(sent[0]["code"])


@pytest.mark.parametrize(
    "other",
    [{"session": "browser-b"}, {"phone": "84907654321"}, {"purpose": CodePurpose.CHANGE_PHONE}],
    ids=["session", "phone", "purpose"],
)
def test_a_code_is_bound_to_its_session_phone_and_purpose(sent, other):
    issue()
    with pytest.raises(services.CodeRefused):
        use(sent[0]["code"], **other)


def test_a_new_code_voids_the_old_one_of_the_same_browser_only(sent):
    issue()
    issue(at=MONDAY + timedelta(seconds=70), session="browser-b")
    issue(at=MONDAY + timedelta(seconds=140))
    with pytest.raises(services.CodeRefused):
        use(sent[0]["code"], at=MONDAY + timedelta(seconds=150))
    use(sent[1]["code"], at=MONDAY + timedelta(seconds=150), session="browser-b")
    use(sent[2]["code"], at=MONDAY + timedelta(seconds=150))


def test_after_five_wrong_tries_the_right_code_is_not_looked_at(sent):
    issue()
    for _ in range(5):
        with pytest.raises(services.CodeRefused):
            use(wrong(sent[0]["code"]))
    with pytest.raises(services.CodeWornOut):
        use(sent[0]["code"])


def test_unreadable_tries_cost_nothing(sent):
    issue()
    for text in ("", "abc", "１２３４５６", "12345", "1234567"):
        with pytest.raises(services.CodeRefused):
            use(text)
    assert OneTimeCode.objects.get().tries == 0


def test_an_expired_code_is_refused(sent):
    issue()
    with pytest.raises(services.CodeRefused):
        use(sent[0]["code"], at=MONDAY + timedelta(minutes=5))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_parallel_tries_five_are_compared(sent, monkeypatch):
    issue()
    compared, outcomes, barrier = [], [], threading.Barrier(20)
    compare = codes.constant_time_compare

    def counted(one, other):
        compared.append(1)
        return compare(one, other)

    monkeypatch.setattr(codes, "constant_time_compare", counted)

    def guess():
        barrier.wait(timeout=10)
        try:
            use(wrong(sent[0]["code"]))
        except (services.CodeRefused, services.CodeWornOut) as error:
            outcomes.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(compared) == 5
    assert len(outcomes) == 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_five_parallel_right_tries_one_enters(sent):
    issue()
    entered, barrier = [], threading.Barrier(5)

    def enter():
        barrier.wait(timeout=10)
        try:
            use(sent[0]["code"])
            entered.append(1)
        except services.CodeRefused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(entered) == 1


def test_the_share_of_used_codes_shows_pumping(sent, settings):
    settings.CODE_ALERT_MINIMUM = 4
    hour = {"since": MONDAY, "until": MONDAY + timedelta(hours=1)}
    assert services.used_share(**hour) is None
    for number in range(4):
        issue(phone=f"849{number}1234567", ip=f"10.0.{number}.1")
    use(sent[0]["code"], phone="84901234567")
    assert services.used_share(**hour) == 0.25


def test_old_codes_are_forgotten(sent):
    issue()
    assert services.forget_codes(MONDAY) == 0
    assert services.forget_codes(MONDAY + timedelta(days=1)) == 1
