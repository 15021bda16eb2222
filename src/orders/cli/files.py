"""Files that are there whole, or not at all."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put a file there, in place of one that may be; a device or a pipe is written to as it is.

    Raises:
        OSError: it can't be written; what was there is as it was.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()  # a symbolic link stays one
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
