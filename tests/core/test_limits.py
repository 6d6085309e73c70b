"""Rate limits: never more than the limit in any stretch of time, whoever asks at once, and no name in the table."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import RequestFactory

from core import limits
from core.limits import Limited, Rule
from core.models import RateWindow
from tests.factories import MONDAY

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def hits_that_pass(rule, moments):
    passed = []
    for at in moments:
        try:
            limits.hit_all([rule], at=at)
        except Limited:
            continue
        passed.append(at)
    return passed


def test_the_limit_is_reached_and_says_when_to_come_back():
    limits.hit("k", limit=2, per=HOUR, at=MONDAY)
    limits.hit("k", limit=2, per=HOUR, at=MONDAY + 10 * MINUTE)
    with pytest.raises(Limited) as refused:
        limits.hit("k", limit=2, per=HOUR, at=MONDAY + 20 * MINUTE)
    assert timedelta(minutes=40) <= refused.value.retry_after <= timedelta(minutes=45)
    limits.hit("k", limit=2, per=HOUR, at=MONDAY + 20 * MINUTE + refused.value.retry_after)


def test_one_a_minute_is_never_two_in_a_minute_across_a_window_s_edge():
    rule = Rule("k", 1, MINUTE)
    passed = hits_that_pass(rule, [MONDAY + timedelta(seconds=s) for s in range(59, 400)])
    assert len(passed) >= 5
    assert all(later - earlier >= MINUTE for earlier, later in pairwise(passed))


def test_no_stretch_of_an_hour_holds_more_than_the_limit():
    passed = hits_that_pass(Rule("k", 5, HOUR), [MONDAY + timedelta(minutes=m) for m in range(0, 240, 3)])
    assert max(sum(start <= at < start + HOUR for at in passed) for start in passed) == 5
    assert len(passed) >= 15


def test_refused_uses_are_not_counted():
    for minute in range(0, 30, 5):
        hits_that_pass(Rule("k", 1, HOUR), [MONDAY + minute * MINUTE])
    limits.hit("k", limit=1, per=HOUR, at=MONDAY + 66 * MINUTE)


def test_several_rules_count_all_or_none():
    narrow, wide = Rule("a", 1, HOUR), Rule("b", 5, HOUR)
    limits.hit_all([narrow, wide], at=MONDAY)
    with pytest.raises(Limited):
        limits.hit_all([narrow, wide], at=MONDAY)
    assert RateWindow.objects.get(key=wide.digest, count__gt=0).count == 1


def test_the_longest_wait_is_told():
    rules = [Rule("a", 1, MINUTE), Rule("a", 1, HOUR)]
    limits.hit_all(rules, at=MONDAY)
    with pytest.raises(Limited) as refused:
        limits.hit_all(rules, at=MONDAY)
    assert refused.value.retry_after >= HOUR
    assert refused.value.retry_after_seconds >= 3600


def test_a_use_can_be_taken_back_and_all_uses_cleared():
    rule = Rule("k", 1, HOUR)
    limits.hit_all([rule], at=MONDAY)
    limits.take_back([rule], at=MONDAY)
    limits.hit_all([rule], at=MONDAY)
    limits.clear([rule])
    limits.hit_all([rule], at=MONDAY)


def test_keys_do_not_touch_each_other():
    limits.hit("one", limit=1, per=HOUR, at=MONDAY)
    limits.hit("two", limit=1, per=HOUR, at=MONDAY)


def test_no_key_stands_in_clear_in_the_table():
    limits.hit("code:number:84901234567", limit=1, per=HOUR, at=MONDAY)
    assert not RateWindow.objects.filter(key__contains="84901234567").exists()


def test_old_windows_are_forgotten_and_young_ones_kept():
    limits.hit("old", limit=1, per=HOUR, at=MONDAY - timedelta(days=3))
    limits.hit("young", limit=1, per=HOUR, at=MONDAY)
    limits.forget(MONDAY - timedelta(days=2))
    assert [row.key for row in RateWindow.objects.all()] == [Rule("young", 1, HOUR).digest]
    with pytest.raises(Limited):
        limits.hit("young", limit=1, per=HOUR, at=MONDAY + MINUTE)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_uses_on_both_sides_of_a_step_s_edge_never_pass_the_limit():
    rule = Rule("k", 5, HOUR)
    edge = rule.slot(MONDAY)
    passed, barrier = [], threading.Barrier(20)

    def use(number):
        barrier.wait()
        try:
            limits.hit_all([rule], at=edge + timedelta(seconds=-1 if number % 2 else 1))
            passed.append(number)
        except Limited:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 5


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert limits.client_ip(request) == expected


@pytest.mark.parametrize(
    ("ip", "host", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.9/32", "203.0.113.0/24"),
        ("", "unknown", "unknown"),
    ],
)
def test_a_caller_is_an_address_or_the_ipv6_network_of_one_customer(ip, host, network):
    assert (limits.host_of(ip), limits.network_of(ip)) == (host, network)
