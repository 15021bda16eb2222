"""Where a backup is, as a person names it: a folder, a file that ends in .tar or .tar.gz, or s3://bucket/prefix."""

import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from orders.local.backup import dated, names, stored, tar_source, tarred
from orders.local.backup.errors import BackupError
from orders.local.backup.source import Source
from orders.local.backup.target import Target
from orders.local.folder.folder import DataFolder

_S3 = "s3://"
_URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def source_at(place: str, endpoint_url: str | None = None) -> AbstractContextManager[Source]:
    """The backup there: the newest, if there are several.

    Raises:
        BackupError: there is none, or it can't be read.
    """
    if place.startswith(_S3):
        from orders.local.backup import s3_source  # needs botocore

        return s3_source.opened(place, endpoint_url)
    if Path(place).is_file():
        return tar_source.opened(Path(place))
    return nullcontext(stored.find(Path(place)))


def target_at(
    place: str, folder: DataFolder, name: str, endpoint_url: str | None = None
) -> AbstractContextManager[Target]:
    """A new backup of the folder there.

    Raises:
        BackupError: no backup can be made there.
    """
    if place.startswith(_S3):
        from orders.local.backup import s3  # needs botocore

        return s3.writing(place, folder, name, endpoint_url)
    if not place or _URL.match(place):
        raise BackupError(
            f"{place or 'PLACE'} can't be used. Name a folder, a file that ends in .tar or .tar.gz, or s3://bucket/prefix."
        )
    path = Path(place)
    if path.resolve().is_relative_to(folder.path.resolve()):
        raise BackupError(f"{place} is inside the data folder {folder.path}. Name a place elsewhere.")
    return tarred.writing(path) if tarred.is_named(place) else dated.writing(path, name)


def holds_many(place: str) -> bool:
    """Whether several backups are kept there, and not one in a file."""
    return place.startswith(_S3) or not tarred.is_named(place)


def is_data_folder(place: str) -> bool:
    """Whether there is a data folder, and no backup."""
    path = Path(place)
    return (path / names.DATABASE).exists() and not (path / names.MANIFEST).exists()
