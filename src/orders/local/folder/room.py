"""How much room there is for a data folder, whose bucket and outbox may be on disks of their own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from orders.local.folder.folder import DataFolder

MEBIBYTES_TO_WORK = 16
"""With less, a server is about to refuse orders: some hundreds still fit. Of a small disk, a tenth is enough."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the disk that a folder is on. `name` is `data`, `bucket` or `outbox`."""

    name: str
    free: int
    size: int
    is_writable: bool

    @property
    def shortage(self) -> str | None:
        """Why it can't take orders, if it can't. The words stay the same while the cause does."""
        if not self.is_writable:
            return f"the disk of {self.name} is read-only"
        if self.free < min(MEBIBYTES_TO_WORK << 20, self.size // 10):
            return f"the disk of {self.name} is full"
        return None


def rooms(folder: DataFolder) -> Iterator[Room]:
    """The room of each folder that there is.

    Raises:
        OSError: the data folder is gone, or its disk does not answer.
    """
    for name, path in ("data", folder.path), ("bucket", folder.objects), ("outbox", folder.outbox):
        if name != "outbox" or path.exists():
            disk = os.statvfs(path)
            is_writable = not disk.f_flag & os.ST_RDONLY
            yield Room(name, disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize, is_writable)
