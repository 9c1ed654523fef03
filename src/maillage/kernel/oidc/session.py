"""The session by which identity providers are spoken to: every request goes through the guarded fetch.

The operator gives the address of a provider, but its metadata name the others (keys, token, claims): a provider that
lies, or one that was broken into, would otherwise send us to what only we can reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import structlog
from django.conf import settings
from requests.structures import CaseInsensitiveDict

from maillage.kernel.fetch.addresses import is_public
from maillage.kernel.fetch.safe import PUBLIC, FetchError, Policy, ask

log = structlog.get_logger("maillage.oidc")

ANSWER_BYTES_MAX = 1_000_000
ANSWER_SECONDS_MAX = 10.0
REDIRECTIONS_MAX = 3
_OWN_HEADERS = frozenset(("host", "user-agent", "accept-encoding", "connection"))
"""What the guarded fetch says itself."""


class ProviderSession(requests.Session):
    """Neither the environment's proxies nor its passwords are used; a secret that was sent follows no redirection."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = REDIRECTIONS_MAX
        for scheme in ("https://", "http://"):
            self.mount(scheme, _GuardedAdapter())

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = method == "GET" and kwargs.get("allow_redirects", True)
        return super().request(method, url, *args, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer sends us; from a secure page never to one that is not. Raises requests.ConnectionError."""
        target = super().get_redirect_target(resp)
        if target and resp.url.startswith("https:") and not urljoin(resp.url, target).startswith("https:"):
            raise requests.ConnectionError("a secure address leads to one that is not", response=resp)
        return target


class _GuardedAdapter(requests.adapters.BaseAdapter):
    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        """The answer to one request; each step of a redirection comes back here and is checked anew."""
        assert request.url is not None and request.method is not None
        headers = {name: str(value) for name, value in request.headers.items()}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        try:
            answer = ask(
                request.method,
                request.url,
                headers={name: value for name, value in headers.items() if name.lower() not in _OWN_HEADERS},
                body=body if isinstance(body, bytes) else None,
                size_bytes_max=ANSWER_BYTES_MAX,
                seconds_max=ANSWER_SECONDS_MAX,
                policy=policy_for(request.url),
            )
        except FetchError as fault:
            host = urlsplit(request.url).hostname
            log.warning("identity_provider_not_reached", host=host, fault=str(fault.sentence))
            raise requests.ConnectionError(str(fault.sentence), request=request) from fault
        return _response(request, answer.status, answer.headers, answer.content)

    def close(self) -> None:
        """Nothing is kept open."""


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], content: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.url = request.url or ""
    response.request = request
    response._content, response._content_consumed = content, True  # type: ignore[attr-defined]
    return response


def policy_for(url: str) -> Policy:
    """The web at large; at the operator's own word, the very host and port of a provider on a private network."""
    asked = _origin(urlsplit(url))
    for app in _apps():
        if asked is not None and _origin(urlsplit(str(app["settings"]["server_url"]))) == asked:
            private = bool(app["settings"].get("private_network"))
            return Policy((asked[2],), (lambda _address: True) if private else is_public)
    return PUBLIC


def _apps() -> list[dict[str, Any]]:
    return [app for kind in settings.SOCIALACCOUNT_PROVIDERS.values() for app in kind.get("APPS", [])]


def _origin(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no address, which the fetch refuses in its own words."""
    try:
        port = parts.port
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port or (443 if parts.scheme == "https" else 80)
