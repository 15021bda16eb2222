"""Who may call a server without keys: this machine's own programs, and the pages of this server."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from orders.api.http import Answer, Problem
from orders.local.loopback import is_this_machine
from orders.local.server.gateway import response
from orders.shop import public_url

Headers = Iterable[tuple[bytes, bytes]]
"""The headers of a scope: names in lower case, and values."""

BAD_HOST = Problem(
    400, "bad-host", "Bad header Host", "Send one header Host, with a host name and perhaps a port: shop.example:8000."
)
FOREIGN = Problem(403, "foreign", "Not from this machine")
PROXIED = Problem(403, "proxied", "Sent through a proxy")

OF_PROXIES = frozenset(
    b"""
    connect-time front-end-https rndr-id total-route-time
    x-host x-https x-queue-start x-request-start x-rewrite-url x-scheme x-url-scheme
    """.split()
)
"""Header names that proxies of many vendors add, and no other program sends."""
OF_A_PROXY = tuple(
    b"""
    akamai- cf- cloudfront- eagleeye- fastly- fly- incap- ngrok- oidc-claim- ssl-client- surrogate- tailscale-
    x-akamai- x-amz-cf- x-amzn- x-appengine- x-appgw- x-arr- x-auth-request- x-authentik- x-azure- x-bluecoat-
    x-client-cert x-cloud-trace- x-edge- x-envoy- x-fastly- x-fd- x-goog- x-iis- x-ms-client- x-nf- x-nginx- x-original-
    x-pomerium- x-railway- x-ssl- x-sucuri- x-traefik- x-varnish x-vercel- x-webauth-
    """.split()
)
"""Beginnings of such names."""
IN_A_PROXYS = tuple(b"clientip forward proxy realip remoteip srcip userip".split())
"""Parts of such names, as in `Forwarded`, `Max-Forwards` and `Proxy-Connection` (RFC 7239, RFC 9110)."""
WORDS_OF_PROXIES = frozenset(b"cdn ip remote via".split())
"""Whole words of such names, as in `X-Real-IP`, `True-Client-Ip`, `CDN-Loop` and `Via`."""


@lru_cache(maxsize=256)
def is_of_a_proxy(name: bytes) -> bool:
    """Whether a header shows that a proxy passed the request on. Many programs treat an underscore as a hyphen."""
    name = re.sub(b"[^a-z0-9]", b"-", name.lower())
    return (
        name in OF_PROXIES
        or name.startswith(OF_A_PROXY)
        or any(part in name for part in IN_A_PROXYS)
        or not WORDS_OF_PROXIES.isdisjoint(name.split(b"-"))
    )


class OneHost:
    """Refuses a request that has no single, well-formed header Host: links are made of it (RFC 9112)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host_of(scope["headers"]) is None:
            await response(BAD_HOST.answer())(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class SameMachine:
    """Refuses a request that did not come from this machine.

    A proxy on this machine passes on requests from other machines. And a web page, or a page of another server on this
    machine, can make its reader's browser send requests here, under any host name (DNS rebinding). But the page can't
    choose the `Host`, `Origin` and `Sec-Fetch-Site` that the browser sends. A link on another page may lead here, but
    not to the operators' calls.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := _refusal(scope)):
            await response(refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_direct(scope: Scope) -> bool:
    """Whether a program on this machine sent the request, and no proxy or page of another server did."""
    return is_this_machine(scope["client"][0] if scope["client"] else None) and _refusal(scope) is None


def _refusal(scope: Scope) -> Answer | None:
    headers: Headers = scope["headers"]
    host = _host_of(headers)
    if host is None:
        return BAD_HOST.answer()
    if any(is_of_a_proxy(name) for name, _value in headers):
        return PROXIED.answer("A proxy passed this request on. Start the server with --ask-for-keys.")
    if scope["http_version"] == "1.0":  # as nginx passes requests on, without any header
        return PROXIED.answer(
            "This is HTTP/1.0, as proxies speak. Use HTTP/1.1, or start the server with --ask-for-keys."
        )
    if not _names_this_machine(host):
        return FOREIGN.answer("This server answers to localhost and loopback addresses only.")
    if _is_of_another_page(scope, headers, host):
        return FOREIGN.answer("Pages of other sites, and of other servers on this machine, may not call this server.")
    return None


def _is_of_another_page(scope: Scope, headers: Headers, host: str) -> bool:
    """Whether a browser says that a page of another origin made it send this (https://www.w3.org/TR/fetch-metadata)."""
    if (origins := _values(headers, b"origin")) and origins != [f"{scope['scheme']}://{host.lower()}"]:
        return True
    if not (sites := set(_values(headers, b"sec-fetch-site"))) or sites <= {"none", "same-origin"}:
        return False
    is_link = _values(headers, b"sec-fetch-mode")[:1] == ["navigate"]
    return bool(origins) or not is_link or f"{scope['path']}/".startswith("/operations/")


def _host_of(headers: Headers) -> str | None:
    hosts = _values(headers, b"host")
    return hosts[0] if len(hosts) == 1 and _is_host(hosts[0]) else None


def _values(headers: Headers, name: bytes) -> list[str]:
    """The values of a header; the name is in lower case, as all of them are in a scope."""
    return [value.decode("latin-1") for each, value in headers if each == name]


@lru_cache(maxsize=256)
def _is_host(host: str) -> bool:
    return public_url.is_host(host)


@lru_cache(maxsize=256)
def _names_this_machine(host: str) -> bool:
    return is_this_machine(urlsplit(f"//{host}").hostname)
