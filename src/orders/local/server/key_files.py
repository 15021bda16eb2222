"""Keys in files that the environment names, such as Docker's secrets and systemd's credentials: one key a line.

The server accepts them beside those of `orders keys`. It reads the files when it starts.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from orders.api.authority import Authority
from orders.local.server.keys import Key, sha256_of
from orders.order.clock import to_iso
from orders.order.errors import Misconfigured

VARIABLES = {Authority.SHOP: "ORDERS_SHOP_KEY_FILE", Authority.OPERATOR: "ORDERS_OPERATOR_KEY_FILE"}
SHORTEST, LONGEST = 32, 200
"""Characters of a key. `openssl rand -hex 32` makes 64."""


def are_named() -> bool:
    """Whether the environment names a file of keys. Then callers need keys."""
    return any(os.environ.get(variable) for variable in VARIABLES.values())


def keys() -> list[Key]:
    """The keys in all files that the environment names. Their holders are called `shop` and `operator`.

    Raises:
        Misconfigured: a file can't be read, has no key, or has a line that is not a key; or the shop has a key of the
            operator's. No message quotes a line.
    """
    named = {kind: os.environ.get(variable) for kind, variable in VARIABLES.items()}
    found = [key for kind, name in named.items() if name for key in _keys_in(Path(name), kind)]
    of_the_shop, of_operators = ({key.sha256 for key in found if key.kind is kind} for kind in VARIABLES)
    if of_the_shop & of_operators:
        raise Misconfigured(
            f"{' and '.join(VARIABLES.values())} have a key in common: with it, the shop could do whatever an operator"
            " may. Make a key for each."
        )
    return found


def is_from_a_file(key_id: str) -> bool:
    """Whether a file that the environment names has the key with this id.

    Raises:
        Misconfigured: as `keys`.
    """
    return any(key.id == key_id for key in keys())


def _keys_in(path: Path, kind: Authority) -> Iterator[Key]:
    variable = VARIABLES[kind]
    try:
        text, status = path.read_text(encoding="utf-8-sig"), path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text"
        raise Misconfigured(f"{variable} names {path}, which can't be read: {reason}") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Misconfigured(f"{variable} names {path}, which has no key: write one key a line, such as {_EXAMPLE}")
    changed_at = to_iso(datetime.fromtimestamp(status.st_mtime, UTC))
    for number, line in enumerate(lines, 1):
        if not _is_key(line):
            raise Misconfigured(
                f"{variable}: key {number} in {path} must be {SHORTEST} to {LONGEST} characters of ASCII without"
                f" blanks, such as {_EXAMPLE}"
            )
        sha256 = sha256_of(line)
        yield Key(sha256[:8], kind, kind.value, sha256, changed_at)


_EXAMPLE = "`openssl rand -hex 32` makes it"


def _is_key(line: str) -> bool:
    return SHORTEST <= len(line) <= LONGEST and all("!" <= letter <= "~" for letter in line)
