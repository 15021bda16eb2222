"""The parts of a message (RFC 2045, RFC 2046), to the byte as Python's `email` writes them, in a tenth of the time.

The library parses every header again that it has just written, several times. Here nothing is parsed. A test compares
both. Each function returns a whole part: its headers, an empty line, and its content, with CRLF.
"""

import binascii
from collections.abc import Iterable, Sequence
from email import quoprimime

from orders.mail.headers import FOLD

CRLF = b"\r\n"
_LONGEST_LINE = 78
"""In characters (RFC 5322, section 2.1.1), also of a header with its line end."""
_BASE64_LINE = 76
_LINES_THAT_TELL = 10
"""The first ones show whether quoted-printable is shorter than base64."""

Headers = Sequence[tuple[str, str]]
VERSION: Headers = [("MIME-Version", "1.0")]


def text(content: str, subtype: str, more: Headers = ()) -> bytes:
    """A text in UTF-8, as readable as it can be in seven bits."""
    encoding, body = _of_lines(content.encode().splitlines() or [b""])
    kind = [("Content-Type", f'text/{subtype}; charset="utf-8"'), ("Content-Transfer-Encoding", encoding)]
    return _part([*kind, *more], body)


def binary(content: bytes, kind: str, more: Headers) -> bytes:
    encoding = [("Content-Type", kind), ("Content-Transfer-Encoding", "base64")]
    return _part([*encoding, *more, *VERSION], _base64(content))


def multipart(subtype: str, boundary: str, parts: Iterable[bytes], before: Headers = (), after: Headers = ()) -> bytes:
    """Parts between boundaries. `before` and `after` are further headers, before and after the one of the type.

    Raises:
        UnicodeError: one of them has a character beyond ASCII.
    """
    line = f"--{boundary}".encode()
    body = b"".join(b"%b\r\n%b\r\n" % (line, part) for part in parts)
    headers = [*before, ("Content-Type", f'multipart/{subtype}; boundary="{boundary}"'), *after]
    return _part(headers, b"%b%b--\r\n" % (body, line))


def written(headers: Headers, charset: str = "ascii") -> bytes:
    """Each on a line as it is, but that a long one of MIME has each parameter on a line of its own.

    Raises:
        UnicodeError: one of them can't be written in this character set.
    """
    return "".join(_line(name, value) for name, value in headers).encode(charset)


def _line(name: str, value: str) -> str:
    line = f"{name}: {value}\r\n"
    return line.replace("; ", f";{FOLD}") if name.startswith("Content-") and len(line) > _LONGEST_LINE else line


def _part(headers: Headers, body: bytes) -> bytes:
    return b"%b\r\n%b" % (written(headers), body)


def _of_lines(lines: list[bytes]) -> tuple[str, bytes]:
    """The transfer encoding of a text, and the text in it."""
    if all(line.isascii() and len(line) <= _LONGEST_LINE for line in lines):
        return "7bit", _ended(lines)
    beginning = _ended(lines[:_LINES_THAT_TELL])
    if len(quoprimime.body_encode(beginning.decode("latin-1"), _LONGEST_LINE)) > len(binascii.b2a_base64(beginning)):
        return "base64", _base64(_ended(lines))
    body = quoprimime.body_encode(_ended(lines).decode("latin-1"), _LONGEST_LINE, "\r\n")
    return "quoted-printable", body.encode("ascii")


def _ended(lines: list[bytes]) -> bytes:
    return CRLF.join([*lines, b""])


def _base64(content: bytes) -> bytes:
    encoded = binascii.b2a_base64(content, newline=False)
    return _ended([encoded[start : start + _BASE64_LINE] for start in range(0, len(encoded), _BASE64_LINE)])
