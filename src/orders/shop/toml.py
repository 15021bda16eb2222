"""Reads the TOML files that a shop owner may edit."""

import tomllib
from pathlib import Path
from typing import Any

from orders.order.errors import Misconfigured


def read(path: Path) -> dict[str, Any]:
    """The document in a file in UTF-8. Some editors begin it with a byte order mark.

    Raises:
        Misconfigured: the file can't be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Misconfigured(f"{path} can't be read: {reason}") from None
