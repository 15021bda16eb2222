"""Makes a backup: first the database at one instant, then the receipts of its orders, then everything else."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from orders.local.backup import contents, names, snapshot
from orders.local.backup.contents import Found
from orders.local.backup.errors import Altered
from orders.local.backup.hashing import sha256_of
from orders.local.backup.manifest import Entry, InOrder, Manifest, Sums
from orders.local.backup.target import Target
from orders.local.folder import missing
from orders.local.folder.folder import DataFolder
from orders.local.folder.inspection import Progress

_STEP = 100
"""Files between two steps of the progress bar."""


@dataclass(slots=True)
class Made:
    """What a backup has; `lost` names the first receipts that it lacks, and `reused` counts files not sent again."""

    where: str
    manifest: Manifest
    reused: int
    lost: list[str]


def back_up(folder: DataFolder, target: Target, made_at: datetime, progress: Progress) -> Made:
    """Make a backup of the folder. A server may be using it. `made_at` is an instant before this call.

    Raises:
        BackupError: the folder is damaged, or the backup can't be written.
        FolderError: orders or the log are missing in the folder.
        OSError: a file can't be read or written.
    """
    _refuse_incomplete(folder)
    copy = target.staging / names.DATABASE
    snapshot.take(folder.database, copy, progress)
    orders, receipts = contents.counts(copy)
    with Sums(target.staging / names.SUMS) as sums:
        writing = _Writing(target, InOrder(target.before()), sums)
        for number, found in enumerate(contents.of(folder, target.staging)):
            if number % _STEP == 0:
                progress("files", number, max(number, receipts))
            writing.write(found)
    manifest = Manifest(made_at, version("orders"), orders, sums.files, len(writing.lost), sums.sha256)
    return Made(target.finish(manifest), manifest, writing.reused, writing.lost)


def _refuse_incomplete(folder: DataFolder) -> None:
    """A server has looked at its folder when it started. Without one, this looks as it would."""
    with folder.locked_if_free() as alone:
        if alone:
            missing.check_there(folder)
            missing.check(folder)


class _Writing:
    """Writes one file after another, and counts them."""

    def __init__(self, target: Target, before: InOrder, sums: Sums) -> None:
        self.sums, self.reused = sums, 0
        self.lost: list[str] = []
        self._target, self._before = target, before

    def write(self, found: Found) -> None:
        """A receipt whose file is gone or altered is left out: nobody must take it for the one that was issued."""
        try:
            entry = Entry(found.name, found.sha256 or sha256_of(found.source))
            self._have(entry, found)
        except (FileNotFoundError, Altered):
            if found.sha256:
                self.lost.append(found.name)
        else:
            self.sums.add(entry)

    def _have(self, entry: Entry, found: Found) -> None:
        if self._before.has(entry) and self._target.reuse(entry):
            self.reused += 1
        else:
            self._target.add(entry, found.source)
