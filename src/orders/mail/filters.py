"""What the templates may do to a text: set it apart from the text around it, fill in the blanks of a sentence.

A name may run in another direction than the page, and an order's id falls apart on one that runs to the left. HTML
tells by an element with `dir="auto"`, plain text by Unicode's isolates (UAX 9), where there is anything to tell.
"""

import re
import unicodedata
from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

_BLANK = re.compile("{([a-z]+)}")
_LEFTWARD = frozenset({"R", "AL", "AN"})


def fill(sentence: str, values: dict[str, str], set_apart: Callable[[str], str] = str) -> str:
    """The sentence with its blanks filled in, all at once: what is filled in may itself look like a blank."""
    return _BLANK.sub(lambda blank: set_apart(values[blank[1]]), sentence)


@pass_context
def apart(context: Context, text: str) -> str:
    """The text, in its own direction."""
    return _setter(context)(text)


@pass_context
def filled(context: Context, sentence: str, **values: str) -> str:
    """The sentence with its blanks filled in, each value set apart."""
    if context.eval_ctx.autoescape:
        return Markup(fill(escape(sentence), values, _as_markup))  # noqa: S704 - both are escaped
    return fill(sentence, values, _setter(context))


def _setter(context: Context) -> Callable[[str], str]:
    if context.eval_ctx.autoescape:
        return _as_markup
    return _isolated if context.get("direction") == "rtl" else _as_text


def _as_markup(text: str) -> Markup:
    return Markup(f'<span dir="auto">{escape(text)}</span>')  # noqa: S704 - it is escaped


def _as_text(text: str) -> str:
    if text.isascii() or not any(unicodedata.bidirectional(letter) in _LEFTWARD for letter in text):
        return text
    return _isolated(text)


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069"
