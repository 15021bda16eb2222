"""Files that are written whole or not at all, several at a time."""

import errno
import os
from pathlib import Path

import pytest

from orders.local import files

NAMES = ["2026-11-23/a.pdf", "2026-11-23/b.pdf", "2026-11-24/c.pdf"]


@pytest.fixture(params=["files without names", "temporary names"])
def unfinished(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, on a system that can open files without names, and on one that can't."""
    if request.param == "temporary names":
        monkeypatch.setattr(files, "_open_without_name", lambda _folder: None)
    (folder := tmp_path / "unfinished").mkdir()
    return folder


def written(folder: Path, unfinished: Path, text: str = "") -> list[bool | OSError]:
    return files.write_all_once([(folder / name, f"{text}{name}".encode()) for name in NAMES], unfinished)


def test_all_are_written_for_their_owner_only_and_nothing_else_is_left(tmp_path: Path, unfinished: Path):
    assert written(tmp_path, unfinished) == [True, True, True]
    assert [(tmp_path / name).read_text() for name in NAMES] == NAMES
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in NAMES} == {0o600}
    assert {(tmp_path / name).stat().st_nlink for name in NAMES} == {1}
    assert not list(unfinished.iterdir())


def test_a_file_that_exists_stays_as_it_is_and_the_others_are_written(tmp_path: Path, unfinished: Path):
    files.write_once(tmp_path / NAMES[1], b"older", unfinished)

    assert written(tmp_path, unfinished) == [True, False, True]
    assert (tmp_path / NAMES[1]).read_bytes() == b"older"


def test_the_same_file_twice_is_written_once(tmp_path: Path, unfinished: Path):
    path = tmp_path / NAMES[0]

    assert files.write_all_once([(path, b"first"), (path, b"second")], unfinished) == [True, False]
    assert path.read_bytes() == b"first"


def test_a_symbolic_link_is_not_followed(tmp_path: Path, unfinished: Path):
    path = tmp_path / NAMES[0]
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")

    assert written(tmp_path, unfinished) == [False, True, True]
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_can_not_be_written_keeps_no_other_from_it(tmp_path: Path, unfinished: Path):
    (tmp_path / "2026-11-24").write_bytes(b"not a folder")

    first, second, third = written(tmp_path, unfinished)

    assert (first, second) == (True, True)
    assert isinstance(third, OSError)


def test_nobody_is_told_that_a_file_is_durable_whose_folder_was_not_synced(
    tmp_path: Path, unfinished: Path, monkeypatch: pytest.MonkeyPatch
):
    def fails(folder: Path) -> None:
        if folder.name == "2026-11-23":
            raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(files, "sync", fails)

    first, second, third = written(tmp_path, unfinished)

    assert isinstance(first, OSError)
    assert isinstance(second, OSError)
    assert third is True


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux opens files without names")
def test_on_a_file_system_without_nameless_files_a_temporary_name_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opened = os.open

    def refuses(path: Path, flags: int, *mode: int) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "not supported")
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", refuses)

    assert files.write_once(tmp_path / "a.pdf", b"a", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
