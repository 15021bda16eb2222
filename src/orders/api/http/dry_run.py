"""The query `dryRun=true`: the caller wants to know what a body would come to, and nothing is stored."""

from collections.abc import Iterator

from orders.api.http.request import Request
from orders.order.errors import BadRequest

NONE = "This call has no dry run. Make it without dryRun; it takes effect then."
_NAME = "dryRun"
_KNOWN = {(_NAME, "true"), (_NAME, "false")}


def is_requested(request: Request, noun: str) -> bool:
    """Whether the call is a dry run. `noun` is what the caller posts, as in "an order".

    Raises:
        BadRequest: the parameter has another value than `true` and `false`, or another spelling: the body would be
            stored against the caller's will.
    """
    if any(spelled not in _KNOWN for spelled in _spellings(request)):
        raise BadRequest(f"To check {noun} without storing it, the query must be dryRun=true.")
    return is_set(request)


def refuse(request: Request) -> None:
    """Refuse a dry run of a call that has none: it would take effect against the caller's will.

    Raises:
        BadRequest: the parameter is there, in whatever spelling.
    """
    if any(_spellings(request)):
        raise BadRequest(NONE)


def is_set(request: Request) -> bool:
    return request.query.get(_NAME) == "true"


def _spellings(request: Request) -> Iterator[tuple[str, ...]]:
    """The parameter as the caller wrote it, with its values."""
    for name, values in request.query_values.items():
        if "".join(filter(str.isalpha, name)).casefold() == _NAME.casefold():
            yield (name, *values)
