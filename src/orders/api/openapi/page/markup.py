"""Texts and JSON as HTML. Whatever comes in is text: nothing in it is taken for markup but what is named here."""

import html
import json
import re
from typing import Any

Document = dict[str, Any]


def text(plain: object) -> str:
    return html.escape(str(plain))


def words(plain: str) -> str:
    """A text in which backquotes mark code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", text(plain))


def paragraphs(plain: str) -> str:
    return "\n".join(f"<p>{words(each)}</p>" for each in plain.strip().split("\n\n"))


def code(plain: str, label: str) -> str:
    """A block of code that can be scrolled to its side, by keyboard too."""
    return _block(text(plain), label)


def shown(document: object, label: str) -> str:
    """A document as JSON, its names set apart; a text as it is."""
    if isinstance(document, str):
        return code(document, label)
    lines = text(json.dumps(document, ensure_ascii=False, indent=2))
    return _block(re.sub(r"^( *)(&quot;\w+&quot;):", r"\1<b>\2</b>:", lines, flags=re.M), label)


def folded(summary: str, inner: str, *, is_open: bool) -> str:
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>{inner}</details>"


def _block(inner: str, label: str) -> str:
    return f'<pre tabindex="0" role="region" aria-label="{text(label)}">{inner}</pre>'
