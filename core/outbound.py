"""The one HTTP client for calls to other people's servers: bounded, guarded, and never inside a transaction."""

from __future__ import annotations

import ipaddress
import json as json_text
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connections
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError, SSLError

CONNECT_SECONDS = 3
READ_SECONDS = 5
TOTAL_SECONDS = 10
BODY_LIMIT = 64 * 1024
# ``is_global`` calls these public although they lead to any IPv4 address: NAT64 (RFC 6052) and 6to4 (RFC 3056).
_TUNNELS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


class OutboundError(Exception):
    """A call gave no usable answer; ``args[0]`` is a short word for the log, never a body or an address."""


class NotSent(OutboundError):
    """The other side got nothing: no connection, or we refused to make one."""


class ForbiddenAddress(NotSent):
    """The address leads into our own network, or is no https address."""


class NoAnswer(OutboundError):
    """The request may have arrived; the answer did not, or not in bounds."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the parsed body.

        :raises NoAnswer: it is no JSON; what arrived can't be told from what was understood.
        """
        try:
            return json_text.loads(self.body)
        except ValueError as error:
            raise NoAnswer("not_json") from error


def refuse_in_transaction() -> None:
    """Guard against holding locks while somebody else's server thinks.

    :raises RuntimeError: the calling thread has a transaction open (that of a test case does not count).
    """
    for connection in connections.all(initialized_only=True):
        blocks = connection.atomic_blocks
        # The same look that Django takes for ``atomic(durable=True)``, without opening a transaction for it.
        if blocks and not getattr(blocks[-1], "_from_testcase", False):
            raise RuntimeError("network call inside a database transaction")


def request(
    method: str,
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Make one call on this thread's kept-alive session: no redirects, no proxies, no cookies, no retries.

    :raises ForbiddenAddress: the guard refused the address before anything was sent.
    :raises NotSent: no connection came about.
    :raises NoAnswer: a time-out, a cut line, or more than 64 KiB.
    """
    refuse_in_transaction()
    _check_scheme(url)
    until = time.monotonic() + TOTAL_SECONDS
    try:
        with _session().request(
            method,
            url,
            params=params,
            json=json,
            data=data,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            return Reply(response.status_code, _bounded(response, until=until), response.headers)
    except requests.exceptions.ConnectTimeout as error:
        raise NotSent("connect_timeout") from error
    except requests.exceptions.ConnectionError as error:
        raise _connection_fault(error) from error
    except requests.exceptions.RequestException as error:
        raise NoAnswer(type(error).__name__) from error


def _bounded(response: requests.Response, *, until: float) -> bytes:
    """Read the body in pieces, so that an endless or slow one ends at a limit.

    :raises NoAnswer: it is too long or too slow.
    """
    body = bytearray()
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > BODY_LIMIT:
            raise NoAnswer("too_large")
        if time.monotonic() > until:
            raise NoAnswer("too_slow")
    return bytes(body)


def _connection_fault(error: requests.exceptions.ConnectionError) -> OutboundError:
    """Tell a line that never stood, after which nothing can have arrived, from one that broke."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError | SSLError):
        return NotSent("no_connection")
    return NoAnswer("connection_lost")


# Guard


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_allowed(parts.hostname or "", parts.port or 80)):
        return
    raise ForbiddenAddress("scheme")


def _is_allowed(host: str, port: int) -> bool:
    """Tell whether the operator named this host (or host:port), such as a gateway in the own network."""
    return bool({host, f"{host}:{port}"} & set(settings.OUTBOUND_ALLOWED_HOSTS))


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in tunnel for tunnel in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast


def checked_address(host: str, port: int) -> str:
    """Resolve a host and return the very address to connect to: a second look-up could answer otherwise.

    :raises ForbiddenAddress: one of its addresses is not public and the operator did not name the host.
    :raises socket.gaierror: there is no such host.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(sockaddr[0]) for *_rest, sockaddr in found]
    if not _is_allowed(host, port) and not all(_is_public(address) for address in addresses):
        raise ForbiddenAddress("private_address")
    return addresses[0]


class _CheckedHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect_checked(self, super()._new_conn)


class _CheckedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect_checked(self, super()._new_conn)


def _connect_checked(connection: HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
    """Let a connection dial the checked address while Host header, SNI and certificate check keep the name."""
    name = connection._dns_host
    try:
        connection._dns_host = checked_address(connection.host, connection.port)
        return connect()
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    finally:
        connection._dns_host = name


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _CheckedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPS


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


_local = threading.local()


def _session() -> requests.Session:
    """Return this thread's session; sessions are not safe to share, connections are worth keeping."""
    session: requests.Session | None = getattr(_local, "session", None)
    if session is None:
        session = requests.Session()
        session.trust_env = False
        session.headers = {"User-Agent": "mot-cua", "Accept-Encoding": "identity"}
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _GuardedAdapter(pool_maxsize=2, max_retries=0)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        _local.session = session
    return session
