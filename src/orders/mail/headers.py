"""Headers of a message that are safe to write, whatever their texts hold.

The standard library folds an address or a subject in ways that let a name become an address, or a header
(python/cpython#80222, #121284, #87720), and which of these depends on its version. So names and subjects are folded
here, as encoded-words (RFC 2047), and `orders.mail.mime` writes them as they are.
"""

import base64
import re
from collections.abc import Iterator

from orders.mail.address import Address

FOLD = "\r\n "
_BYTES_A_WORD = 39
"""In base64, and with `Subject: ` before it, a line of less than 76 characters."""
_PLAIN = re.compile(r"(?!.*=\?)[ !#-\[\]-~]{1,66}")
"""ASCII that needs no escape between quotation marks, and that nobody takes for an encoded-word."""


def mailbox(name: str | None, address: Address) -> str:
    """The address with the name that is shown for it, which is one line."""
    if not name:
        return str(address)
    shown = f'"{name}"' if _PLAIN.fullmatch(name) else _encoded(name)
    return f"{shown}{FOLD}<{address}>"


def text(line: str) -> str:
    """One line of free text."""
    return line if _PLAIN.fullmatch(line) else _encoded(line)


def _encoded(line: str) -> str:
    words = (base64.b64encode(word).decode() for word in _words(line))
    return FOLD.join(f"=?utf-8?b?{word}?=" for word in words)


def _words(line: str) -> Iterator[bytes]:
    """Its bytes in UTF-8, cut between letters only: each word must make sense alone."""
    word = b""
    for letter in line:
        encoded = letter.encode()
        if len(word) + len(encoded) > _BYTES_A_WORD:
            yield word
            word = b""
        word += encoded
    yield word
