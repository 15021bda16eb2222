"""Real disks of a few megabytes: one that fills up, and one that breaks.

They are mounted, which only root may do; where it can't be done, the test that asks for one is skipped.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def run(*command: object) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


@contextmanager
def mounted(folder: Path, *options: object) -> Iterator[Path]:
    folder.mkdir(parents=True)
    try:
        run("mount", *options, folder)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk can be mounted here: {getattr(error, 'stderr', None) or error}")
    try:
        yield folder
    finally:
        if os.path.ismount(folder):
            run("umount", "--lazy", folder)


@dataclass(frozen=True)
class SmallDisk:
    """A disk in memory; `filler` is the file that takes all its room."""

    folder: Path

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, but: int = 0) -> None:
        """Leave so many bytes free, rounded down to pages."""
        with self.filler.open("wb") as filler:
            page, room = os.sysconf("SC_PAGESIZE"), os.statvfs(self.folder)
            os.posix_fallocate(filler.fileno(), 0, (room.f_bavail * room.f_bsize - but) // page * page)

    def make_room(self) -> None:
        self.filler.unlink()

    def make_read_only(self) -> None:
        run("mount", "-o", "remount,ro", self.folder)

    def make_writable(self) -> None:
        run("mount", "-o", "remount,rw", self.folder)


@contextmanager
def small_disk(folder: Path, megabytes: int = 16) -> Iterator[SmallDisk]:
    with mounted(folder, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"):
        yield SmallDisk(folder)


@dataclass(frozen=True)
class BreakingDisk:
    """An ext4 file system that turns itself read-only at its first error, as most do that hold a machine's data."""

    folder: Path
    image: Path

    def turn_read_only(self) -> None:
        device = Path(run("findmnt", "--noheadings", "--output", "SOURCE", self.folder).strip())
        try:
            Path("/sys/fs/ext4", device.name, "trigger_fs_error").write_text("test")
        except OSError as error:
            pytest.skip(f"no file system can be broken here: {error}")

    def repair(self) -> None:
        """Unmount, check and mount again: nobody may use it meanwhile."""
        run("umount", self.folder)
        subprocess.run(["e2fsck", "-p", self.image], capture_output=True)  # it ends with 1: "errors corrected"
        run("mount", "-o", "loop,errors=remount-ro", self.image, self.folder)


@contextmanager
def breaking_disk(folder: Path, megabytes: int = 32) -> Iterator[BreakingDisk]:
    image = folder.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    try:
        run("mkfs.ext4", "-q", "-F", image)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be made here: {error}")
    with mounted(folder, "-o", "loop,errors=remount-ro", image):
        yield BreakingDisk(folder, image)
