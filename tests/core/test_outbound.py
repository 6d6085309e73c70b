"""The one door to other people's servers, tried against a real one on loopback."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from werkzeug import Request, Response

from core import outbound


@pytest.fixture
def server(httpserver, settings):
    settings.OUTBOUND_ALLOWED_HOSTS = [f"{httpserver.host}:{httpserver.port}", "127.0.0.1"]
    return httpserver


@contextmanager
def listener(answer: bytes, *, pause: float = 0):
    """Serve one connection with raw bytes, however wrong they are."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

        def serve() -> None:
            line, _peer = door.accept()
            with line:
                line.recv(65536)
                for byte in range(0, len(answer), 8):
                    try:
                        line.sendall(answer[byte : byte + 8])
                    except OSError:
                        return
                    if pause:
                        time.sleep(pause)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}/"
        thread.join(5)


def test_an_answer_comes_back_with_status_body_and_headers(server):
    server.expect_request("/send", method="POST", json={"a": 1}, headers={"X-Key": "k"}).respond_with_json(
        {"error": 0}, status=202, headers={"Retry-After": "7"}
    )
    reply = outbound.request("POST", server.url_for("/send"), json={"a": 1}, headers={"X-Key": "k"})
    assert (reply.status, reply.json(), reply.headers["Retry-After"]) == (202, {"error": 0}, "7")


def test_parameters_are_encoded(server):
    server.expect_request("/", query_string={"text": "Hồ sơ & %d"}).respond_with_data("ok")
    assert outbound.request("GET", server.url_for("/"), params={"text": "Hồ sơ & %d"}).body == b"ok"


def test_a_connection_is_kept_for_the_next_call(settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    peers = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            peers.append(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(3):
            outbound.request("GET", f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert len(peers) == 3
    assert len(set(peers)) == 1


def test_a_redirect_is_not_followed(server):
    server.expect_request("/").respond_with_data("", status=302, headers={"Location": "http://127.0.0.1:1/"})
    assert outbound.request("GET", server.url_for("/")).status == 302


def test_cookies_are_not_kept(server):
    seen = []

    def note(request: Request) -> Response:
        seen.append(request.headers.get("Cookie"))
        return Response("ok", headers={"Set-Cookie": "a=b; Path=/"})

    server.expect_request("/").respond_with_handler(note)
    for _ in range(2):
        outbound.request("GET", server.url_for("/"))
    assert seen == [None, None]


def test_proxies_of_the_environment_are_ignored(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.expect_request("/").respond_with_data("ok")
    assert outbound.request("GET", server.url_for("/")).status == 200


def test_a_body_beyond_64_kib_is_no_answer(server):
    server.expect_request("/").respond_with_data("x" * (outbound.BODY_LIMIT + 1))
    with pytest.raises(outbound.NoAnswer, match="too_large"):
        outbound.request("GET", server.url_for("/"))


def test_a_body_that_drips_is_no_answer(settings, monkeypatch):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.05)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with listener(head + b"1\r\nx\r\n" * 40, pause=0.02) as url, pytest.raises(outbound.NoAnswer):
        outbound.request("GET", url)


def test_a_server_that_never_answers_is_left(settings, monkeypatch):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outbound, "READ_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(outbound.NoAnswer):
        outbound.request("GET", f"http://127.0.0.1:{mute.getsockname()[1]}/")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", b"garbage\r\n\r\n"])
def test_a_line_that_breaks_is_no_answer(settings, answer):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with listener(answer) as url, pytest.raises(outbound.NoAnswer):
        outbound.request("GET", url)


def test_a_closed_port_is_known_to_have_got_nothing(settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(outbound.NotSent):
        outbound.request("GET", f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_exist_is_known_to_have_got_nothing(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(outbound.NotSent):
        outbound.request("GET", "https://no-such-name.example/")


@pytest.mark.parametrize("body", ["<html>", "", "{"])
def test_what_is_no_json_is_no_answer(server, body):
    server.expect_request("/").respond_with_data(body)
    with pytest.raises(outbound.NoAnswer, match="not_json"):
        outbound.request("GET", server.url_for("/")).json()


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://127.0.0.1/",
        "https://0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://169.254.169.254/",
        "https://100.64.0.1/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://224.0.0.1/",
        "https://a@127.0.0.1/",
    ],
)
def test_the_guard_lets_nothing_into_our_own_network(url):
    with pytest.raises(outbound.ForbiddenAddress):
        outbound.request("GET", url)


def test_a_host_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    answers = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(outbound.ForbiddenAddress):
        outbound.request("GET", "https://two-faced.example/")


def test_the_checked_address_is_the_one_that_is_dialled(monkeypatch):
    """A name server that answers publicly first and privately a moment later gains nothing."""
    dialled = []

    def connect(address, *args, **kwargs):
        dialled.append(address)
        raise OSError

    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: next(answers))
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(outbound.NotSent):
        outbound.request("GET", "https://rebinding.example/")
    assert dialled == [("93.184.216.34", 443)]


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused_before_anything_is_sent(server):
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        outbound.request("GET", server.url_for("/"))
    assert server.log == []
