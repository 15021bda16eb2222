"""Whether a data folder is the one that a server used last, or a copy of it.

The table remembers a random token, and where the folder was: its path, the machine, the inode numbers of the folder and
its database, and when these two were created. A file beside the database has the token in its name. Each start of a
server, and each orderly stop, makes a new token and a new file. So a copy differs in one of these. A backup that was
put back over the folder leaves the file of a later token beside its own, and an older database knows a token whose file
is gone. `orders restore` leaves the file of a token that no table knows.

A restart, a reboot and a new container with the same volume differ in none of them. Device numbers and host names are
not compared, as those change. Nor is the machine's id in a container, which may have a new one each time.
"""

import ctypes
import hashlib
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from orders.local import files
from orders.local.folder.folder import DataFolder

TOKEN, PATH, PLACE, BORN, MACHINE = "start", "path", "place", "born", "machine"
"""What the table remembers, by these names."""
_UNFINISHED = ".unfinished"
_AT_FDCWD, _STATX_BTIME, _STATX_BYTES, _AT_BTIME = -100, 0x800, 256, 80

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
    if TOKEN not in remembered:
        return ["it was restored from a backup"] if _restored(folder.path).exists() else []
    return list(_differences(folder, remembered))


def mark_as_restored(path: Path) -> None:
    """Let the next start know that the folder is a copy, also if its database is older than what it remembers."""
    _restored(path).touch(mode=0o600)


def begin(folder: DataFolder, memory: Memory) -> None:
    """Remember this folder, and a new token in it. A process that ends on the way leaves a valid folder.

    Only for the one that holds the folder's lock.
    """
    last, token = memory.remembered().get(TOKEN, ""), secrets.token_hex(16)
    new, unfinished = folder.identity(token), folder.identity(token + _UNFINISHED)
    files.write_once(unfinished, last.encode(), folder.path)
    memory.remember(_here(folder) | {TOKEN: token})
    unfinished.rename(new)
    files.sync(folder.path)
    for path in folder.identities():
        if path != new:
            path.unlink(missing_ok=True)


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


def _restored(path: Path) -> Path:
    return DataFolder(path).identity("restored")


def _differences(folder: DataFolder, remembered: Mapping[str, str]) -> Iterator[str]:
    now = _here(folder)
    if now[PATH] != remembered.get(PATH):
        yield f"it was at {remembered.get(PATH)}"
    if now[MACHINE] and remembered.get(MACHINE) and now[MACHINE] != remembered[MACHINE]:
        yield "it was on another machine"
    if now[PLACE] != remembered.get(PLACE) or _born_anew(now[BORN], remembered.get(BORN, "")):
        yield "the folder or its database is another file than at the last start"
    if not _is_only_token(folder, remembered.get(TOKEN, "")):
        yield "its database is from another start than its other files"


def _is_only_token(folder: DataFolder, token: str) -> bool:
    """Whether the folder has the file of this token, and none of another but the last, which `begin` removes.

    A file that `begin` did not finish says nothing, unless the table knows its token already.
    """
    finished = folder.identity(token)
    ours = finished if finished.exists() else folder.identity(token + _UNFINISHED)
    try:
        last = ours.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    allowed = {ours, folder.identity(last)}
    return all(path in allowed or path.name.endswith(_UNFINISHED) for path in folder.identities())


def _here(folder: DataFolder) -> dict[str, str]:
    return {PATH: os.path.realpath(folder.path), PLACE: _place(folder), BORN: _born(folder), MACHINE: machine()}


def _place(folder: DataFolder) -> str:
    return f"{folder.path.stat().st_ino} {folder.database.stat().st_ino}"


def _born(folder: DataFolder) -> str:
    return f"{_created(folder.path)} {_created(folder.database)}"


def _born_anew(now: str, before: str) -> bool:
    """Not where a time is not known: a newer system may say more than the one before it."""
    return any(a != b and "0" not in {a, b} for a, b in zip(now.split(), before.split(), strict=False))


def _created(path: Path) -> int:
    """When a file was created, in nanoseconds, and 0 where the disk or the system does not say.

    Inode numbers are used again, and a copy may well get that of the file it replaces. Python's `os.stat` knows no time
    of creation on Linux: https://man7.org/linux/man-pages/man2/statx.2.html
    """
    status = path.stat()
    if born := getattr(status, "st_birthtime", None):  # macOS
        return int(born * 1e9)
    statx = getattr(ctypes.CDLL(None), "statx", None)
    answer = ctypes.create_string_buffer(_STATX_BYTES)
    if statx is None or statx(_AT_FDCWD, os.fsencode(path), 0, _STATX_BTIME, answer):
        return 0
    (known,) = struct.unpack_from("=I", answer)
    seconds, nanoseconds = struct.unpack_from("=qI", answer, _AT_BTIME)
    return int(seconds) * 1_000_000_000 + int(nanoseconds) if known & _STATX_BTIME else 0
