"""Calls that take no body, and what their callers can do instead of sending one."""

from orders.api.http import dry_run
from orders.api.http.request import Request
from orders.order.errors import UnexpectedBody

RETRY = (
    "retry takes no body: it tries the order again as it was posted. To change an order, cancel it and post a new one"
    " under another id."
)
CANCEL = "cancel takes no body. Make the same call without one."
RESEND = (
    "resend takes no body: it sends the mail to the address in the order. To send the receipt to another address,"
    " post a correction with customerEmail."
)
ROTATE = "rotate takes no body: the server makes the new secret, and shows it in its answer."
TEST = "test takes no body: it sends a test event to the webhook endpoint."
REMOVE = "DELETE takes no body. Make the same call without one."


def refuse_body(request: Request, advice: str) -> None:
    """Refuse a body that the call would ignore, and a dry run; `advice` is one of the sentences above.

    Raises:
        UnexpectedBody: the request has a body, be it an empty JSON object.
        BadRequest: the query asks for a dry run.
    """
    dry_run.refuse(request)
    if request.body:
        raise UnexpectedBody(advice)
