"""The description as a page to read: made from the OpenAPI document, with no script, and nothing from elsewhere."""

import base64
import hashlib
from pathlib import Path

from orders.api import http
from orders.api.openapi.page import contents, documents, operations
from orders.api.openapi.page.markup import paragraphs, text
from orders.api.openapi.published import DOCUMENT

_HERE = Path(__file__).parent
_STYLE = (_HERE / "style.css").read_text(encoding="utf-8")


def _page() -> str:
    frame = (_HERE / "page.html").read_text(encoding="utf-8")
    return frame.format(
        title=text(DOCUMENT["info"]["title"]),
        version=text(DOCUMENT["info"]["version"]),
        style=_STYLE,
        contents=contents.html(DOCUMENT),
        about=paragraphs(DOCUMENT["info"]["description"]),
        operations=operations.html(DOCUMENT),
        documents=documents.html(DOCUMENT),
    )


def _policy() -> str:
    """What the page may do (Content Security Policy, W3C): its style, named by its SHA-256, and no more."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


ANSWER = http.Answer(200, _page(), {"Content-Security-Policy": _policy()}, "text/html; charset=utf-8")
