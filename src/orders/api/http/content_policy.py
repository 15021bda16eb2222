"""The policy of an HTML page: it may use its own inline script and style, and nothing else (W3C CSP, Level 3)."""

import base64
import hashlib
import re


def of(page: str, *more: str) -> str:
    """The header Content-Security-Policy of this page; `more` are further directives."""
    inline = [f"{tag}-src {source}" for tag in ("script", "style") if (source := _sources(page, tag))]
    never = [f"{name} 'none'" for name in ("base-uri", "form-action", "frame-ancestors")]
    return "; ".join(["default-src 'none'", *inline, *more, *never])


def _sources(page: str, tag: str) -> str:
    """The SHA-256 of each inline element."""
    texts = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts)
