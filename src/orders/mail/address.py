"""An e-mail address, as headers and envelopes hold it (RFC 5321, RFC 6531)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import idna

_LONGEST = 254
_LOCAL_PART = re.compile(r'[^\s@<>()\[\]\\,;:"]+')
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_DOT_ATOM = re.compile(r"[^.]+(\.[^.]+)*")


@dataclass(frozen=True, slots=True)
class Address:
    """`local_part` may have letters beyond ASCII (RFC 6531), `domain` has none: such labels begin with `xn--`."""

    local_part: str
    domain: str

    @property
    def needs_utf8(self) -> bool:
        """Whether only a mail service that speaks SMTPUTF8 can take it."""
        return not self.local_part.isascii()

    def __str__(self) -> str:
        is_plain = _DOT_ATOM.fullmatch(self.local_part)  # some providers gave out dots in a row
        return f"{self.local_part}@{self.domain}" if is_plain else f'"{self.local_part}"@{self.domain}'


def parse(text: str) -> Address:
    """The address that a bare text is.

    Raises:
        ValueError: it is not an address. The text says why, in words for a person.
    """
    local_part, at, domain = text.rpartition("@")
    if not at or len(text) > _LONGEST:
        raise ValueError(f"it is not of the form name@domain, of at most {_LONGEST} characters")
    if "=?" in local_part:
        raise ValueError("the part before the @ must not contain =? (RFC 2047 reads it as an encoded word)")
    if not _LOCAL_PART.fullmatch(local_part) or _INVISIBLE & {unicodedata.category(each) for each in local_part}:
        raise ValueError("the part before the @ has characters that are not allowed there")
    return Address(local_part, _ascii(domain))


@lru_cache(maxsize=256)
def _ascii(domain: str) -> str:
    try:
        written = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"the part after the @ is not a domain: {error}") from None
    if not _DOMAIN.fullmatch(written):
        raise ValueError("the part after the @ is not a domain")
    return written
