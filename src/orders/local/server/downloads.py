"""The signed links to receipts, answered as S3 does: with the file, or 403 if the link was altered or has expired.

Unlike S3, this server shows a browser a page that says so. In the browser that opened the permanent link, the page
leads back to that link; see `orders.api.pages.way_back`.
"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from orders.api import http
from orders.api.http import Problem, preferences
from orders.api.pages import layout, receipt, way_back
from orders.local.bucket import PREFIX
from orders.local.server.gateway import response
from orders.local.stack import Stack
from orders.order.clock import utc_now
from orders.order.document import row_of_key
from orders.order.errors import ReceiptLost, Unavailable

_LINK_REFUSED = Problem(
    403,
    "link-refused",
    "The link is not valid",
    "It is older than five minutes, or was altered. The receipt's permanent link leads to a new one.",
)
_SAFE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",  # the operators' page
    "X-Content-Type-Options": "nosniff",
}


def route(stack: Stack) -> Route:
    """If the receipt is lost, the order is queued, so that its receipt is made again."""

    def file(request: Request) -> Response:
        key, query, now = request.path_params["key"], request.scope["query_string"], utc_now()
        try:
            path = stack.bucket.opened_by(key, query, now)
        except ReceiptLost as error:
            stack.outside.queue.notify([row_of_key(key)])
            return _answer(request, http.problem(error), "unavailable")
        except Unavailable as error:
            return _answer(request, http.problem(error), "unavailable")
        if path is None:
            return _expired(request, key) if stack.bucket.has_expired(key, query, now) else refused(request)
        name = f"receipt-{row_of_key(key).replace('/', '-')}.pdf"
        return FileResponse(path, 200, _SAFE, "application/pdf", filename=name, content_disposition_type="inline")

    return Route(f"/{PREFIX}{{key:path}}", file)


def is_altered_link(request: Request) -> bool:
    """Whether an address that leads nowhere looks like a signed link whose path was altered."""
    return "signature" in request.query_params


def refused(request: Request) -> Response:
    return _answer(request, _LINK_REFUSED.answer(), "unknown")


def _expired(request: Request, key: str) -> Response:
    again = way_back.permanent(request.cookies.get(way_back.COOKIE), row_of_key(key))
    steps = f"{PREFIX}{key}".count("/")
    return _answer(request, _LINK_REFUSED.answer(), "expired", f"{'../' * steps}{again}" if again else None)


def _answer(request: Request, answer: http.Answer, page: str, again: str | None = None) -> Response:
    """The answer to a program; to a browser, the page with the words of this name."""
    if preferences.prefers_html(request.headers):
        try:
            shown = receipt.named(page, answer.status, layout.speech_for(request.headers), again=again)
        except Unavailable as error:
            return response(http.problem(error))
        answer = receipt.with_headers_of(answer, shown)
    return response(replace(answer, headers={"Vary": "Accept", **answer.headers}))
