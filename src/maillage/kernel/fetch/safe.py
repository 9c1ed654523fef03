"""Fetches an address that somebody gave us, and lets nobody use us to reach what only we can reach.

Every address of the name is checked, the connection is made to the very address that was checked, redirections
are followed by hand and checked again, and size (as it comes, and once decompressed) and time are bounded.
"""

from __future__ import annotations

import io
import socket
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import urllib3
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from maillage.kernel.fetch.addresses import is_public

REDIRECTIONS_MAX = 5
CONNECT_SECONDS_MAX = 8.0
READ_SECONDS_MAX = 15.0
URL_CHARS_MAX = 2_000
USER_AGENT = "Maillage"
_CHUNK_BYTES = 65_536
_MEMORY_BYTES_MAX = 2_000_000
_REDIRECTIONS = (301, 302, 303, 307, 308)


class FetchError(Exception):
    """An address that was not fetched. `sentence` is translatable and names no address of ours."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class Policy:
    """Whom we may speak to. Tests open the loopback address; nothing else has a reason to."""

    ports: Collection[int] = (80, 443)
    allows: Callable[[str], bool] = is_public


PUBLIC = Policy()


@dataclass(frozen=True)
class Fetched:
    """What came: `file` is at its beginning and is the caller's to close; `url` is where it came from in the end."""

    url: str
    file: IO[bytes] = field(repr=False)
    size_bytes: int
    media_type: str
    charset: str
    filename: str

    def content(self) -> bytes:
        self.file.seek(0)
        return self.file.read()


def fetch(
    url: str,
    *,
    size_bytes_max: int,
    seconds_max: float,
    media_types: Collection[str] | None = None,
    policy: Policy = PUBLIC,
) -> Fetched:
    """GET `url` within the bounds; `media_types`, when given, are the only ones accepted.

    Raises FetchError with a sentence for the person who gave the address.
    """
    deadline = time.monotonic() + seconds_max
    for _turn in range(REDIRECTIONS_MAX + 1):
        parts = checked_url(url, policy)
        response = _request(parts, policy, deadline)
        try:
            if response.status in _REDIRECTIONS and (target := response.headers.get("Location")):
                following = urljoin(url, target)
                if parts.scheme == "https" and not following.lower().startswith("https:"):
                    raise FetchError(_("This address leads from a secure page to one that is not."))
                url = following
                continue
            return _read(url, response, size_bytes_max, deadline, media_types)
        finally:
            response.release_conn()
            response.close()
    raise FetchError(_("This address leads to too many others, one after the other."))


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def ask(
    method: str,
    url: str,
    *,
    size_bytes_max: int,
    seconds_max: float,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    policy: Policy = PUBLIC,
) -> Answer:
    """One request within the bounds, for a conversation with a server: redirections are the caller's to follow.

    Raises FetchError.
    """
    deadline = time.monotonic() + seconds_max
    parts = checked_url(url, policy)
    response = _request(parts, policy, deadline, method, headers, body)
    try:
        content = io.BytesIO()
        _copy(response, content, size_bytes_max, deadline)
        return Answer(response.status, dict(response.headers), content.getvalue())
    finally:
        response.release_conn()
        response.close()


def checked_url(url: str, policy: Policy = PUBLIC) -> SplitResult:
    """The parts of an address that may be asked for. Raises FetchError."""
    if len(url) > URL_CHARS_MAX or any(ord(character) < 33 for character in url):
        raise FetchError(_("This is not a web address."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(_("This is not a web address.")) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(_("Only web addresses (http or https) can be fetched."))
    if parts.username is not None or parts.password is not None:
        raise FetchError(_("An address with a name and a password is not fetched."))
    if (port or _default_port(parts)) not in policy.ports:
        raise FetchError(_("Only the usual ports of the web can be fetched."))
    return parts


def _default_port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _request(
    parts: SplitResult,
    policy: Policy,
    deadline: float,
    method: str = "GET",
    more_headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> urllib3.BaseHTTPResponse:
    host = _host(parts)
    port = parts.port or _default_port(parts)
    address = _checked_address(host, port, policy, deadline)
    timeout = urllib3.Timeout(
        connect=min(CONNECT_SECONDS_MAX, _left(deadline)), read=min(READ_SECONDS_MAX, _left(deadline))
    )
    options: dict[str, Any] = {"timeout": timeout, "retries": False, "maxsize": 1}
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host, cert_reqs="CERT_REQUIRED", **options
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, **options)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = host if ":" not in host else f"[{host}]"
    headers = {
        **(more_headers or {}),
        "Host": named if parts.port is None else f"{named}:{port}",
        "User-Agent": USER_AGENT,
        "Accept": (more_headers or {}).get("Accept", "*/*"),
        "Accept-Encoding": "gzip",
    }
    try:
        return pool.urlopen(
            method,
            path,
            body=body,
            headers=headers,
            redirect=False,
            preload_content=False,
            decode_content=True,
        )
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise FetchError(_("%(host)s does not answer.") % {"host": host}) from error


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        return host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError(_("This is not a web address.")) from error


def _checked_address(host: str, port: int, policy: Policy, deadline: float) -> str:
    """One address of the host, once all of them have been found public. Raises FetchError."""
    addresses = _resolve(host, port, deadline)
    if not addresses:
        raise FetchError(_("No site is named %(host)s.") % {"host": host})
    if not all(policy.allows(address) for address in addresses):
        raise FetchError(_("%(host)s is on a private network: it is not fetched.") % {"host": host})
    return addresses[0]


def _resolve(host: str, port: int, deadline: float) -> list[str]:
    """All the addresses of a host. The system's resolver knows no time limit, so it is waited for beside."""
    waiter = ThreadPoolExecutor(max_workers=1)
    answer: Future[list[Any]] = waiter.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    try:
        found = answer.result(timeout=min(CONNECT_SECONDS_MAX, _left(deadline)))
    except (OSError, UnicodeError, FutureTimeoutError) as error:
        raise FetchError(_("No site is named %(host)s.") % {"host": host}) from error
    finally:
        waiter.shutdown(wait=False, cancel_futures=True)
    # IPv4 first: more servers can reach it.
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in ordered))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchError(_("This address takes too long to answer."))
    return left


def _read(
    url: str,
    response: urllib3.BaseHTTPResponse,
    size_bytes_max: int,
    deadline: float,
    media_types: Collection[str] | None,
) -> Fetched:
    if response.status != 200:
        raise FetchError(_("This address answers with an error (%(status)d).") % {"status": response.status})
    media_type, charset = _media_type(response.headers.get("Content-Type", ""))
    if media_types is not None and media_type not in media_types:
        raise FetchError(
            _("What stands at this address is of another kind (%(kind)s).") % {"kind": media_type}
        )
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > size_bytes_max:
        raise _too_big(size_bytes_max)
    file = tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES_MAX)  # noqa: SIM115 (the caller closes it)
    try:
        size_bytes = _copy(response, file, size_bytes_max, deadline)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Fetched(url, file, size_bytes, media_type, charset, _filename(url, response))


def _copy(response: urllib3.BaseHTTPResponse, file: IO[bytes], size_bytes_max: int, deadline: float) -> int:
    """Copy the decompressed body, chunk by chunk, watching size and clock."""
    size_bytes = 0
    try:
        for chunk in response.stream(_CHUNK_BYTES, decode_content=True):
            size_bytes += len(chunk)
            if size_bytes > size_bytes_max:
                raise _too_big(size_bytes_max)
            _left(deadline)
            file.write(chunk)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise FetchError(_("The answer of this address was cut short.")) from error
    return size_bytes


def _too_big(size_bytes_max: int) -> FetchError:
    limit = max(1, size_bytes_max // 1_000_000)
    return FetchError(_("What stands at this address is bigger than %(limit)d MB.") % {"limit": limit})


def _media_type(header: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = header or "application/octet-stream"
    return message.get_content_type(), str(message.get_content_charset() or "")


def _filename(url: str, response: urllib3.BaseHTTPResponse) -> str:
    """A name for people to read, never a path."""
    message = Message()
    message["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    said = message.get_filename() or unquote(urlsplit(url).path)
    return said.replace("\\", "/").rsplit("/", 1)[-1][:120]
