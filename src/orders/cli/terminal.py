"""How the commands print: colours, tables, JSON and errors, without anything that a terminal takes for a command."""

import json
import re
import sys
import unicodedata
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

STATUS_STYLES = {"RECEIVED": "yellow", "COMPLETED": "green", "FAILED": "bold red", "CANCELLED": "dim"}
_OF_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
"""Invisible characters that move or mirror the text around them (UAX 9, section 2, and deprecated ones)."""
_TURNS_THE_LINE_AROUND = re.compile(f"[{_OF_DIRECTION}]")
_COMMANDS_IN_JSON = re.compile(f"[\x7f-\x9f\u2028\u2029{_OF_DIRECTION}]")
"""Characters that JSON need not escape (RFC 8259), but that a terminal takes for a command."""


class _Console(Console):
    """Replaces everything that a terminal would take for a command, except line breaks."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*map(_harmless, objects), **options)


def console(stderr: bool = False) -> Console:
    """A console that prints texts literally: they have neither markup nor commands for the terminal."""
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def complain(message: str) -> None:
    """Print an error or a warning in one line on stderr."""
    line = Text.assemble(("orders: ", "bold red"), plain(message))
    console(stderr=True).print(line, soft_wrap=True)


def write_json(document: object) -> None:
    """Print JSON in UTF-8, in any terminal. Everything that a terminal would take for a command is escaped."""
    _write_json(json.dumps(document, ensure_ascii=False, indent=2))


def write_json_line(document: object) -> None:
    """As `write_json`, in one line: for a program that reads line by line."""
    _write_json(json.dumps(document, ensure_ascii=False))


def _write_json(text: str) -> None:
    text = _COMMANDS_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    sys.stdout.buffer.write(text.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def plain(text: str) -> str:
    """The text in one line, without anything that a terminal would take for a command."""
    return _without_commands(text.translate(_IN_ONE_LINE))


_IN_ONE_LINE = str.maketrans("\n\t", "  ")


def _harmless(printed: object) -> object:
    """The same text with the same styles, without commands for the terminal."""
    if isinstance(printed, str):
        return _without_commands(printed)
    if isinstance(printed, Text):
        printed = printed.copy()
        printed.plain = _without_commands(printed.plain)
    return printed


def _without_commands(text: str) -> str:
    """Keeps the length: a visible character replaces each command. Line breaks and tabs stay."""
    return "".join("\ufffd" if _is_command(letter) else letter for letter in text)


def _is_command(letter: str) -> bool:
    if letter in "\n\t":
        return False
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or bool(_TURNS_THE_LINE_AROUND.match(letter))


def local_time(instant: str) -> datetime:
    """An instant of the API, in this machine's time zone."""
    return datetime.fromisoformat(instant).astimezone()


def table_of(pairs: list[tuple[str, str]]) -> Text:
    """Names and values, one pair per line."""
    width = max(len(name) for name, _ in pairs)
    lines = (Text.assemble((f"  {name:<{width}}  ", "dim"), value) for name, value in pairs)
    return Text("\n").join(lines)
