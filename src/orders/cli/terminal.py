"""What the commands write, and how it looks."""

import json
import sys
import unicodedata
from datetime import datetime

from rich.console import Console
from rich.text import Text

STATUS_STYLES = {"RECEIVED": "yellow", "COMPLETED": "green", "FAILED": "bold red", "CANCELLED": "dim"}
_TURNS_THE_LINE_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def console(stderr: bool = False) -> Console:
    """A console that prints texts as they are: nothing in them is markup."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def complain(message: str) -> None:
    line = Text.assemble(("orders: ", "bold red"), plain(message))
    console(stderr=True).print(line, soft_wrap=True)


def write_json(document: object) -> None:
    """JSON in UTF-8, whatever the terminal's encoding is."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def plain(text: str) -> str:
    """The text in one line, without what a terminal would take for a command."""
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character in "\n\t":
        return " "
    if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TURNS_THE_LINE_AROUND:
        return "\ufffd"
    return character


def local_time(instant: str) -> datetime:
    """An instant of the API, in this machine's time zone."""
    return datetime.fromisoformat(instant).astimezone()


def table_of(pairs: list[tuple[str, str]]) -> Text:
    """Names and values, one pair a line."""
    width = max(len(name) for name, _ in pairs)
    lines = (Text.assemble((f"  {name:<{width}}  ", "dim"), value) for name, value in pairs)
    return Text("\n").join(lines)
