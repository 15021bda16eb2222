"""Recognises files that are no orders in JSON, by their first line, and says how to turn them into such files."""

import codecs
import json
import re
import shlex
from dataclasses import dataclass

from orders.cli.exits import ExitCode, Stop
from orders.order.posted import MAX_BODY_BYTES

STANDARD_INPUT = "-"
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_LINE = '{"orderId":"12345","customerName":"Alice"}'
_CELL = r'(?:"[^"]*"|[^",;\t]*)'
_CSV = re.compile(rf"(?![{{\[]){_CELL}(?:[,;\t]{_CELL})+".encode())
_GOES_ON = re.compile(rb"\{\s*|\{.*[,\[{:]\s*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where orders come from: a file's name, or - for standard input."""

    name: str

    def __str__(self) -> str:
        return "Standard input" if self.name == STANDARD_INPUT else self.name

    @property
    def argument(self) -> str:
        """The name as a shell reads it."""
        return shlex.quote(self.name)

    def is_not(self, why: str) -> Stop:
        """The error that the file can't be submitted."""
        return Stop(f"{self} {why}", ExitCode.USAGE)

    def piped_from(self, command: str) -> str:
        """A shell command that reads the file, to be followed by `| orders submit`."""
        return command if self.name == STANDARD_INPUT else f"{command} {self.argument}"


def refuse_no_lines(source: Source, first_line: bytes) -> None:
    """Refuse a file whose first line shows that its lines are no orders.

    Raises:
        Stop: it is packed, in UTF-16, a JSON array, one order over several lines, or CSV.
    """
    _refuse_no_text(source, first_line, "orders submit -")
    line = first_line.strip()
    if line.startswith(b"["):
        split = source.piped_from("jq -c '.[]'")
        raise source.is_not(f"is a JSON array. Put each order on a line of its own: {split} | orders submit -")
    if _GOES_ON.fullmatch(line):
        raise source.is_not(f"has an order over several lines. Submit it with: orders submit --file {source.argument}")
    _refuse_csv(source, line)


def refuse_no_document(source: Source, content: bytes) -> None:
    """Refuse a file that is not one JSON object.

    Raises:
        Stop: as `refuse_no_lines`, or it has several orders, or a mistake in its JSON.
    """
    lines = content.strip().splitlines()
    if not lines:
        raise source.is_not(f"is empty. An order looks like {_LINE}")
    _refuse_no_text(source, lines[0], "orders submit --file -")
    if lines[0].startswith(b"["):
        raise source.is_not("is a JSON array. --file takes one order, which is an object in braces.")
    if len(lines) > 1 and _is_json(lines[0]):
        raise source.is_not(f"has an order on each line. Submit all of them with: orders submit {source.argument}")
    _refuse_csv(source, lines[0])
    if len(content) > MAX_BODY_BYTES:
        raise source.is_not(f"is too large. An order may have at most {MAX_BODY_BYTES:,} bytes.")
    _refuse_no_json(source, content)


def _refuse_no_json(source: Source, content: bytes) -> None:
    try:
        json.loads(content.decode())
    except UnicodeDecodeError:
        raise source.is_not("is not text in UTF-8. Save it as UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise source.is_not(f"is not valid JSON: there is a mistake at {where}. An order looks like {_LINE}") from None
    except (RecursionError, ValueError):
        return  # too deep, or a number too long: the server says so


def _refuse_no_text(source: Source, first_line: bytes, command: str) -> None:
    """Refuse packed files, and text in UTF-16."""
    if first_line.startswith(_GZIP):
        unpack = source.piped_from("gunzip -c")
        raise source.is_not(f"is compressed (gzip). Unpack it first: {unpack} | {command}")
    if first_line.startswith(_ZIP):
        raise source.is_not("is a ZIP archive or a workbook. Orders must be JSON in UTF-8.")
    if encoding := _utf_16(first_line):
        convert = source.piped_from(f"iconv -f {encoding} -t UTF-8")
        raise source.is_not(f"is text in UTF-16. Convert it to UTF-8: {convert} | {command}")


def _utf_16(line: bytes) -> str | None:
    """The encoding's name for iconv; `None` for other texts. JSON in UTF-8 has no zero bytes."""
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if b"\0" not in line[:4]:
        return None
    return "UTF-16BE" if line.startswith(b"\0") else "UTF-16LE"


def _refuse_csv(source: Source, line: bytes) -> None:
    if _CSV.fullmatch(line):
        raise source.is_not(f"looks like CSV. Orders must be JSON, one on each line, like {_LINE}")


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
