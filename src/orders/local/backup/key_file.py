"""The keys of a data folder, in a file of their own.

A backup has none: a person who finds it must not be able to sign links or call the API. A folder that is restored
without them gets new ones.
"""

import base64
import json
import os
from pathlib import Path

from orders.local import files
from orders.local.backup.errors import BackupError
from orders.local.folder.folder import DataFolder

FORMAT = 1
NAMES = ("link.key", "keys.json", "first-keys.txt")


def write(path: Path, folder: DataFolder) -> None:
    """Write the keys of this folder to a file that only its owner can read, or replace it.

    Raises:
        BackupError: it can't be written.
    """
    found = {name: folder.path / name for name in NAMES if (folder.path / name).exists()}
    keys = {name: base64.b64encode(key.read_bytes()).decode() for name, key in found.items()}
    content = json.dumps({"format": FORMAT, "keys": keys}, indent=2).encode() + b"\n"
    try:
        files.replace(path.absolute(), content, path.absolute().parent)
    except OSError as error:
        raise BackupError(f"The file with the keys, {path}, can't be written ({error.strerror}).") from None


def read(path: Path) -> dict[str, bytes]:
    """The content of each file with keys, by its name in a data folder.

    Raises:
        BackupError: this is no file with keys, or a newer version wrote it.
        OSError: it can't be read.
    """
    try:
        document = json.loads(path.read_bytes())
        if document["format"] > FORMAT:
            raise BackupError(f"A newer version of this program wrote {path}. Install that version.")
        return {name: base64.b64decode(document["keys"][name]) for name in NAMES if name in document["keys"]}
    except (ValueError, TypeError, KeyError):
        raise BackupError(f"{path} is not a file that `orders backup --keys` wrote.") from None


def put(keys: dict[str, bytes], folder: Path) -> None:
    """Put the keys into a folder."""
    for name, content in keys.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(content)
