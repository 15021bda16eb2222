"""The page that a browser gets where there is no receipt or credit note to show: not yet, not any more, or never."""

from dataclasses import replace
from html import escape

from orders.api import http
from orders.api.pages import layout
from orders.api.pages.speech import Speech
from orders.order.document import Kind, parts_of
from orders.order.order import Order

OF_STATUS = {202: "pending", 404: "unknown", 409: "failed", 410: "cancelled"}
"""The page of each status. Any other status gets the page that says to try again."""
SECONDS_TO_REFRESH = 5
"""The page reloads itself if the browser has no JavaScript."""
_REFRESH = f'<noscript><meta http-equiv="refresh" content="{SECONDS_TO_REFRESH}"></noscript>\n'


def answer(instead: http.Answer, speech: Speech, order: Order | None, kind: Kind = Kind.RECEIPT) -> http.Answer:
    """The page with the status and the headers of an answer in JSON.

    `order` is None unless the reader is its customer, so that nobody else sees its number. `kind` is the kind of
    document at this address, whether there is one or not.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    name = OF_STATUS.get(instead.status, "unavailable")
    return with_headers_of(instead, named(name, instead.status, speech, order, kind=kind))


def with_headers_of(instead: http.Answer, page: http.Answer) -> http.Answer:
    """The page with the headers of the answer in JSON, such as `Retry-After`."""
    return replace(page, headers={**instead.headers, **page.headers})


def named(
    name: str, status: int, speech: Speech, order: Order | None = None, again: str | None = None,
    kind: Kind = Kind.RECEIPT,
) -> http.Answer:  # fmt: skip
    """The page with the words of this name. `again` is the address of a fresh link, where the reader may have it.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    title = speech.about(kind, name)
    parts = [
        number(order, speech) if order else "",
        f"<h1>{escape(title)}</h1>",
        _says(name, speech.about(kind, f"{name}_text")),
        _button(name, speech, again),
    ]
    main = "\n".join(filter(None, parts))
    if name == "pending":
        return layout.answer(status, speech, title, main, script=layout.text("pending.js"), head=_REFRESH)
    return layout.answer(status, speech, title, main)


def number(row: Order, speech: Speech) -> str:
    """The line with the number of the order."""
    shown = row.content.get("orderNumber") or parts_of(row.order_id)[0]
    return f'<p class="quiet order">{escape(speech.order)} {layout.apart(shown)}</p>'


def _says(name: str, text: str) -> str:
    says = escape(text)
    if name == "pending":
        return f'<p role="status">{says}</p>\n<div class="wait"></div>'
    return f"<p>{says}</p>"


def _button(name: str, speech: Speech, again: str | None) -> str:
    if name == "unavailable":
        return f'<a class="button" href="">{escape(speech.pages["try_again"])}</a>'
    return f'<a class="button" href="{escape(again)}">{escape(speech.pages["expired_open"])}</a>' if again else ""
