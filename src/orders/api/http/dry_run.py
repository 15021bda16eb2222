"""The query `dryRun=true`: the caller wants to know what a body would come to, and nothing is stored."""

from orders.api.http.request import Request
from orders.order.errors import BadRequest

_NAME = "dryRun"
_KNOWN = {(_NAME, "true"), (_NAME, "false")}


def is_requested(request: Request, noun: str) -> bool:
    """Whether the call is a dry run. `noun` is what the caller posts, as in "an order".

    Raises:
        BadRequest: the parameter has another value than `true` and `false`, or another spelling: the body would be
            stored against the caller's will.
    """
    for name, values in request.query_values.items():
        letters = "".join(filter(str.isalpha, name)).casefold()
        if letters == _NAME.casefold() and (name, *values) not in _KNOWN:
            raise BadRequest(f"To check {noun} without storing it, the query must be dryRun=true.")
    return is_set(request)


def is_set(request: Request) -> bool:
    return request.query.get(_NAME) == "true"
