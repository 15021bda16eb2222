"""Whether a mail may greet its reader by the name in the order.

Whoever can post orders chooses the name and the address, and so could have the shop's own mail say anything to anyone:
"Hello, your account is locked, see evil.example". What reads as an address or a message is not taken for a name.
"""

import re
import unicodedata

LONGEST_NAME = 60
"""Characters."""
_ADDRESS = re.compile(
    r"@|://|http|www\."
    r"|[a-z]:\S"  # another scheme, as in tel:+1900
    r"|\w\.[^\W\d_]{2,}"  # a domain name; J.Smith looks like one, and can do without a greeting by name
    r"|\d+(\.\d+){3}"
)
"""What mail programs make links of, in Unicode's compatible form and small letters."""
_DOTS = str.maketrans("\u3002", ".")
"""Browsers take an ideographic full stop for a dot (UTS 46)."""


def is_name(text: str) -> bool:
    """Whether the text is at most 60 characters long, and has nothing in it that reads as an address."""
    visible = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Mn"})
    plain = unicodedata.normalize("NFKC", visible).translate(_DOTS).casefold()
    return len(text) <= LONGEST_NAME and not _ADDRESS.search(plain)
