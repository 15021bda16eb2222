"""The API's own address, as links need it: ORDERS_PUBLIC_URL, or the address that the request was sent to."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from orders.shop import public_url

_LONGEST_PREFIX = 100
"""Characters. Each order keeps its base URL, which the caller could make longer otherwise."""


def of(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Ending in a slash. `headers` are the event's, their names in lower case.

    Raises:
        Misconfigured: ORDERS_PUBLIC_URL is not an address.
    """
    return public_url.configured() or _of_call(event, headers)


def _of_call(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    first, context = {**headers, **_first_values(event)}, _context(event)
    proto, prefix = first.get("x-forwarded-proto", ""), first.get("x-forwarded-prefix", "")
    return f"{_gateway(proto, prefix, headers.get('host'), context.get('domainName'))}{_base_path(event)}/"


def _first_values(event: Mapping[str, Any]) -> Mapping[str, str]:
    """The first value of each header: of `X-Forwarded-...`, what the customer's machine sent to the outermost proxy."""
    first: dict[str, str] = {}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        if values:
            first.setdefault(name.lower(), values[0])
    return first


@lru_cache(maxsize=16)
def _gateway(proto: str, prefix: str, *hosts: str | None) -> str:
    """Scheme, host and the path that a proxy took away. Most calls have the same ones.

    The host is what the caller wrote, if it is well-formed; otherwise the gateway's own name.
    """
    scheme = "http" if _outermost(proto).lower() == "http" else "https"
    host = next((str(each) for each in hosts if each and public_url.is_host(each)), "localhost")
    path = _outermost(prefix).rstrip("/")
    return f"{scheme}://{host}{path if len(path) <= _LONGEST_PREFIX and public_url.is_prefix(path) else ''}"


def _outermost(values: str) -> str:
    return values.partition(",")[0].strip()


def _base_path(event: Mapping[str, Any]) -> str:
    """The path before the route's own: a stage, or the base path of a domain name.

    API Gateway also takes `/orders/` for the route `/orders`.
    """
    resource, path = event["resource"], _context(event).get("path")
    if not path or path == resource:
        return ""
    steps, own = _steps(path), len(_steps(resource))
    return "".join(f"/{step}" for step in steps[: len(steps) - own])


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def _context(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return event.get("requestContext") or {}
