"""How a typed text finds orders: names and e-mail addresses in the form in which they are compared."""

import hashlib
import unicodedata

_ACCENTS = range(0x0300, 0x0370)


def name_key(name: str) -> str:
    """A name without its case and accents, so that `angstrom` finds `Ångström`.

    Scripts whose marks are letters in their own right keep them.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(character for character in decomposed if ord(character) not in _ACCENTS)
    return unicodedata.normalize("NFKD", bare.casefold())


def email_key(address: str) -> str:
    """A digest of an e-mail address, whatever its case: keys of an index show up where addresses must not."""
    return hashlib.sha256(unicodedata.normalize("NFC", address).casefold().encode()).hexdigest()
