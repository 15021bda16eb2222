"""Whether a data folder is the one that a server used last, or a copy of it.

The table and a file beside it remember the last start by a random token, and the table remembers where the folder was:
its path, the machine, and the inode numbers of the folder and its database. A copy differs in one of these. So does a
backup that was put in place of the folder, and an older database that was put into it.

A restart, a reboot and a new container with the same volume differ in none of them. Device numbers and host names are
not compared, as those change. Nor is the machine's id in a container, which may have a new one each time.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from orders import files
from orders.local.folder import DataFolder

START, PATH, PLACE, MACHINE = "start", "path", "place", "machine"
"""What the table remembers, by these names."""

_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_SIGNS_OF_A_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_VARIABLES_OF_A_CONTAINER = ("container", "KUBERNETES_SERVICE_HOST")


class Memory(Protocol):
    """What the table remembers of its folder."""

    def remembered(self) -> Mapping[str, str]: ...

    def remember(self, facts: Mapping[str, str]) -> None: ...


def differences(folder: DataFolder, memory: Memory) -> list[str]:
    """In what the folder differs from the one that the table remembers. One that remembers none is new, or older."""
    remembered = memory.remembered()
    return list(_differences(folder, remembered)) if START in remembered else []


def begin(folder: DataFolder, memory: Memory) -> None:
    """Remember this folder, and a new start in it. A process that ends on the way leaves the last start valid."""
    last, start = memory.remembered().get(START), secrets.token_hex(16)
    _write(folder, [start, last or start])
    memory.remember(_here(folder) | {START: start})
    _write(folder, [start])


def machine() -> str:
    """A digest of the machine's id; nothing where it has none that lasts.

    The id itself is not to be shown: https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
    """
    if any(path.exists() for path in _SIGNS_OF_A_CONTAINER) or any(map(os.environ.get, _VARIABLES_OF_A_CONTAINER)):
        return ""
    for path in _MACHINE_IDS:
        try:
            machine_id = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if machine_id:
            return hashlib.sha256(f"orders data folder {machine_id}".encode()).hexdigest()
    return ""


def _differences(folder: DataFolder, remembered: Mapping[str, str]) -> Iterator[str]:
    now = _here(folder)
    if now[PATH] != remembered.get(PATH):
        yield f"it was at {remembered.get(PATH)}"
    if now[MACHINE] and remembered.get(MACHINE) and now[MACHINE] != remembered[MACHINE]:
        yield "it was on another machine"
    if now[PLACE] != remembered.get(PLACE):
        yield "the folder or its database is another file than at the last start"
    if remembered.get(START) not in _starts(folder):
        yield "its database is from another start than its other files"


def _here(folder: DataFolder) -> dict[str, str]:
    return {PATH: os.path.realpath(folder.path), PLACE: _place(folder), MACHINE: machine()}


def _place(folder: DataFolder) -> str:
    return f"{folder.path.stat().st_ino} {folder.database.stat().st_ino}"


def _starts(folder: DataFolder) -> list[str]:
    try:
        starts = json.loads(folder.identity.read_bytes())["starts"]
        return [str(start) for start in starts]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _write(folder: DataFolder, starts: list[str]) -> None:
    files.replace(folder.identity, json.dumps({"starts": starts}).encode(), folder.path)
