"""The page that the code on a receipt leads to. It may run its own script and style, and ask its own address."""

import base64
import hashlib
import re
from pathlib import Path

from orders.api import http

_PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")


def _policy() -> str:
    """What the page may do (Content Security Policy, W3C): its script and style are named by their SHA-256."""
    script, style = (_source(tag) for tag in ("script", "style"))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _source(tag: str) -> str:
    (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", _PAGE, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


ANSWER = http.Answer(
    200,
    _PAGE,
    {"Vary": "Accept", "Content-Security-Policy": _policy(), "Referrer-Policy": "no-referrer"},
    "text/html; charset=utf-8",
)
