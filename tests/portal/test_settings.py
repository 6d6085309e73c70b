import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import queue
from portal.settings.refusal import refuse_unsafe

ROOT = Path(__file__).resolve().parents[2]
SECRET = "qZ8v_M2w-Kx7Rb5Nf3Tj9Hd1Gs6Lc4Yp0Wa-Ue_Io8Xm2Vn7Bk5Qz"
SOUND = {
    "SECRET_KEY": SECRET,
    "DEBUG": False,
    "DEMO": False,
    "ALLOWED_HOSTS": ["dichvucong.example.vn"],
    "PUBLIC_URL": "https://dichvucong.example.vn",
    "SMS_PROVIDER": "kannel",
}
PLACE = {"DATABASE_URL": "postgres://u:p@db/portal", "REDIS_URL": "redis://redis:6379/0"}
ENVIRONMENT = {
    **PLACE,
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "dichvucong.example.vn",
    "PUBLIC_URL": "https://dichvucong.example.vn",
    "SMS_PROVIDER": "kannel",
    "ZNS_PROVIDER": "zalo_zns",
}


def production(*arguments: str, **changes: str) -> subprocess.CompletedProcess:
    """Run a management command as production would, with some settings changed; an empty one is left out."""
    environment = {name: value for name, value in (ENVIRONMENT | changes).items() if value}
    environment |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings.production"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_settings_are_not_refused():
    refuse_unsafe(SOUND, PLACE)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "demo-only-secret-key-that-production-refuses-long-enough"}, "SECRET_KEY is one that stands"),
        ({"SECRET_KEY": "change-me" + SECRET}, "SECRET_KEY is one that stands"),
        ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY needs"),
        ({"SECRET_KEY": "ab" * 30}, "SECRET_KEY needs"),
        ({"DEBUG": True}, "DEBUG"),
        ({"DEMO": True}, "DEMO"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://dichvucong.example.vn"}, "PUBLIC_URL"),
        ({"SMS_PROVIDER": "simulator"}, "SMS_PROVIDER"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(changed, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        refuse_unsafe(SOUND | changed, PLACE)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"DEMO": "1"}, "DEMO"),
        ({"DEBUG": "yes"}, "DEBUG"),
    ],
)
def test_an_unsafe_environment_is_refused_by_name(changed, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        refuse_unsafe(SOUND, PLACE | changed)


def test_all_problems_are_named_at_once():
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe(SOUND | {"SECRET_KEY": "", "DEBUG": True}, {})
    assert all(name in str(refusal.value) for name in ("SECRET_KEY", "DEBUG", "DATABASE_URL", "REDIS_URL"))


def test_the_refusal_never_repeats_the_secret():
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe(SOUND | {"SECRET_KEY": "demo" + SECRET}, PLACE)
    assert SECRET not in str(refusal.value)


@pytest.mark.slow
def test_production_passes_the_deployment_check():
    done = production("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"])
def test_production_does_not_start_without(name):
    done = production("check", **{name: ""})
    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.slow
def test_production_does_not_start_with_the_simulator():
    done = production("check", SMS_PROVIDER="", ZNS_PROVIDER="")
    assert done.returncode != 0
    assert "simulator" in done.stderr


def test_the_embedded_broker_listens_in_var(tmp_path):
    assert queue.embedded_socket(Path("/srv/portal/var")) == Path("/srv/portal/var/broker/broker.sock")


def test_a_long_var_dir_still_gives_a_socket_path_the_kernel_takes():
    long = Path("/srv") / ("n" * 200)
    socket = queue.embedded_socket(long)
    assert len(str(socket)) <= queue.MAX_SOCKET_PATH
    assert socket == queue.embedded_socket(long)
    assert socket != queue.embedded_socket(long / "other")


def test_links_in_the_demos_messages_lead_to_the_port_that_was_chosen():
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings.demo", "PORT": "8321"}
    program = "from django.conf import settings; print(settings.PUBLIC_URL, settings.SHORT_LINK_BASE)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["http://127.0.0.1:8321", "127.0.0.1:8321/h"]
