"""A data folder is its owner's only: nobody else reads customers' names in it, or puts files into it."""

import logging
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

MASK = 0o077
"""What others may do with new files of a process that works in a data folder: nothing."""
MAY_BE_ELSEWHERE = frozenset({"bucket", "outbox"})
"""Folders in it that an operator may keep on another disk, and link to. Nothing else is a symbolic link."""
_NEVER_ELSEWHERE = ("bucket/receipts", "bucket/unfinished", "outbox/unfinished", "outbox/sent", "outbox/dropped")
"""Folders that files are moved into, or removed from."""
_OURS = ("orders.db", "bucket", "outbox", "link.key", "keys.json", "audit.log", "first-keys.txt", "identity-")
"""How the names of what nobody is told to remove begin."""
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


class NotPrivate(Exception):
    """A folder that others may have put files into, or can; the message says what is wrong and what to do."""


def make_private(folder: Path) -> None:
    """Let nobody but its owner, who must be this process's user, use the folder.

    Raises:
        NotPrivate: it belongs to somebody else, or a file in it does, or is a symbolic link; or it can't be made so.
        OSError: it can't be looked at.
    """
    if folder.is_symlink() and folder.lstat().st_uid not in {0, os.geteuid()}:
        raise NotPrivate(
            f"The data folder {folder} is a symbolic link that {_user(folder.lstat().st_uid)} made. Name the folder it"
            " leads to with --data, or another one."
        )
    status = folder.stat()
    if status.st_uid != os.geteuid():
        owner = _user(status.st_uid)
        raise NotPrivate(
            f"The data folder {folder} belongs to {owner}, and this program runs as {_me()}. Run it as {owner}. Only if"
            f" {owner} no longer uses the folder, make {_me()} the owner: chown -R {_me()} {folder}"
        )
    if status.st_mode & MASK:
        _shut(folder, status.st_mode)
    with os.scandir(folder) as entries:
        for entry in entries:
            _look_at(entry, folder)
    for name in _NEVER_ELSEWHERE:
        if (folder / name).is_symlink():
            raise _is_a_link(folder / name)


def _shut(folder: Path, mode: int) -> None:
    """The folder first: then nobody comes in while what is in it is shut, too.

    Where others could put links, none is followed, and the folder stays as it is: the next start must refuse it, too.
    """
    if mode & _WRITABLE and (link := next(_links_in(folder), None)):
        raise NotPrivate(
            f"Other users of this machine can write to the data folder {folder}, and {link} is a symbolic link. If you"
            f" made it, remove other users' permissions and start again: chmod 700 {folder}. Otherwise remove the link."
        )
    folder.chmod(0o700)
    if folder.stat().st_mode & MASK:
        raise NotPrivate(
            f"Other users of this machine can use the data folder {folder}, and its disk does not let that be changed."
            " Name a folder on another disk with --data."
        )
    for path in _below(folder):
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~MASK)
    done = "written to" if mode & _WRITABLE else "read"
    log.warning("other users of this machine could have %s the data folder %s: now nobody else can", done, folder)


def _links_in(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(parent, name)).is_symlink())


def _below(folder: Path) -> Iterator[Path]:
    """All files and folders that are ours."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.is_symlink() and path.lstat().st_uid == os.geteuid():
                yield path


def _look_at(entry: os.DirEntry[str], folder: Path) -> None:
    owner = entry.stat(follow_symlinks=False).st_uid
    if owner != os.geteuid():
        otherwise = "" if entry.name.startswith(_OURS) else " Otherwise remove it."
        raise NotPrivate(
            f"{entry.path} belongs to {_user(owner)}, and this program runs as {_me()}. If you know what it is, make"
            f" {_me()} the owner: chown -R {_me()} {folder}.{otherwise}"
        )
    if entry.is_symlink() and entry.name in MAY_BE_ELSEWHERE:
        make_private(Path(entry.path).resolve())
    elif entry.is_symlink():
        raise _is_a_link(Path(entry.path))


def _is_a_link(path: Path) -> NotPrivate:
    return NotPrivate(
        f"{path} is a symbolic link. In a data folder only bucket and outbox may be links: put what it leads to in its"
        " place, or remove it."
    )


def _me() -> str:
    return _user(os.geteuid())


def _user(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"
