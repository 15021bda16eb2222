"""The API's own address, as links need it: ORDERS_PUBLIC_URL, or the address that the request was sent to."""

from collections.abc import Mapping
from typing import Any

from orders.shop import public_url

_LONGEST_PREFIX = 100
"""Characters. Each order keeps its base URL, which the caller could make longer otherwise."""


def of(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Ending in a slash. `headers` are the event's, their names in lower case.

    Raises:
        Misconfigured: ORDERS_PUBLIC_URL is not an address.
    """
    return public_url.configured() or f"{_scheme(event)}://{_host(event, headers)}{_prefix(event)}{_base_path(event)}/"


def _host(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What the caller wrote, if it is well-formed; otherwise the gateway's own name."""
    named = headers.get("host"), _context(event).get("domainName")
    return next((str(each) for each in named if each and public_url.is_host(each)), "localhost")


def _scheme(event: Mapping[str, Any]) -> str:
    return "http" if _forwarded(event, "proto").lower() == "http" else "https"


def _prefix(event: Mapping[str, Any]) -> str:
    """The path that a proxy took away before it passed the request on."""
    prefix = _forwarded(event, "prefix").rstrip("/")
    return prefix if len(prefix) <= _LONGEST_PREFIX and public_url.is_prefix(prefix) else ""


def _forwarded(event: Mapping[str, Any], what: str) -> str:
    """The first value of `X-Forwarded-...`: the outermost proxy's, which the customer's machine speaks to."""
    name, several = f"x-forwarded-{what}", event.get("multiValueHeaders") or {}
    found = [values[0] for header, values in several.items() if header.lower() == name and values]
    found += [value for header, value in (event.get("headers") or {}).items() if header.lower() == name]
    return str(found[0]).partition(",")[0].strip() if found else ""


def _base_path(event: Mapping[str, Any]) -> str:
    """The path before the route's own: a stage, or the base path of a domain name.

    API Gateway also takes `/orders/` for the route `/orders`.
    """
    steps = _steps(_context(event).get("path") or event["resource"])
    own = len(_steps(event["resource"]))
    return "".join(f"/{step}" for step in steps[: len(steps) - own])


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def _context(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return event.get("requestContext") or {}
