"""How a typed text finds orders: names, e-mail addresses and order numbers in the form in which they are compared."""

import hashlib
import unicodedata

_ACCENTS = range(0x0300, 0x0370)


def name_key(name: str) -> str:
    """A name without its case and accents, so that `angstrom` finds `Ångström`.

    Scripts whose marks are letters in their own right keep them.
    """
    if name.isascii():
        return name.lower()
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in decomposed if ord(character) not in _ACCENTS)
    return unicodedata.normalize("NFKD", bare.casefold())


def email_key(address: str) -> str:
    """A digest of an e-mail address, whatever its case: keys of an index show up where addresses must not."""
    return _digest(unicodedata.normalize("NFC", address).casefold())


def number_key(number: str) -> str:
    """A digest of an order number, whatever its case, and with any run of blanks as one. All are of one length."""
    folded = unicodedata.normalize("NFD", " ".join(number.split())).casefold()
    return _digest(unicodedata.normalize("NFC", folded))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
