"""Where a backup is, as a person names it: a folder, a file that ends in .tar or .tar.gz, or s3://bucket/prefix."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orders.local.backup import dated, names, stored
from orders.local.backup.errors import BackupError
from orders.local.backup.source import Source
from orders.local.backup.target import Target
from orders.local.folder.folder import DataFolder


@contextmanager
def source_at(place: str, _endpoint_url: str | None = None) -> Iterator[Source]:
    """The backup there: the newest, if there are several.

    Raises:
        BackupError: there is none, or it can't be read.
    """
    yield stored.find(Path(place))


@contextmanager
def target_at(place: str, folder: DataFolder, name: str, _endpoint_url: str | None = None) -> Iterator[Target]:
    """A new backup of the folder there.

    Raises:
        BackupError: no backup can be made there.
    """
    _refuse_inside(Path(place), folder)
    with dated.writing(Path(place), name) as target:
        yield target


def is_data_folder(place: str) -> bool:
    """Whether there is a data folder, and no backup."""
    path = Path(place)
    return (path / names.DATABASE).exists() and not (path / names.MANIFEST).exists()


def _refuse_inside(place: Path, folder: DataFolder) -> None:
    if place.resolve().is_relative_to(folder.path.resolve()):
        raise BackupError(f"{place} is inside the data folder {folder.path}. Name a folder elsewhere.")
