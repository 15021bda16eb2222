"""The page that the code on a receipt leads to. It may run its own script and style, and call its own address."""

from pathlib import Path

from orders.api import http
from orders.api.http import content_policy

_PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")

ANSWER = http.Answer(
    200,
    _PAGE,
    {"Vary": "Accept", "Content-Security-Policy": content_policy.of(_PAGE, "connect-src 'self'")},
    "text/html; charset=utf-8",
)
