import stat

from portal import broker
from portal.settings import queue


def test_redis_url_needs_no_server_of_ours(var_dir):
    chosen = broker.choose(var_dir, redis_url="redis://redis:6379/0")
    assert chosen == broker.Broker(url="redis://redis:6379/0")
    assert chosen.answers()


def test_the_embedded_server_answers_on_a_socket_only_its_owner_may_use(valkey):
    assert valkey.broker.answers()
    assert stat.S_IMODE(valkey.broker.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(valkey.broker.socket.parent.stat().st_mode) == 0o700


def test_every_process_finds_the_embedded_server_without_being_told(valkey, var_dir):
    assert valkey.broker.url == queue.embedded_broker_url(var_dir)


def test_a_killed_server_does_not_answer(valkey):
    valkey.process.kill()
    valkey.process.wait()
    assert not valkey.broker.answers()


def test_plain_files_where_the_wheel_cannot_run(var_dir, monkeypatch):
    monkeypatch.setattr(broker, "_valkey", lambda: None)
    chosen = broker.choose(var_dir)
    options = queue.transport_options(chosen.url, var_dir)
    assert chosen.url == broker.FILES_URL
    assert chosen.argv is None
    assert (var_dir / "broker" / "queue").is_dir()
    assert options["data_folder_in"] == options["data_folder_out"] == str(var_dir / "broker" / "queue")
