"""A backup in one file."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.local.backups import orders, receipts, tried
from tests.local.filled import filled
from tests.support.proof import hashes_of_files

from orders.local.backup import tarred

ORDERS = 20


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("kept") / "data", ORDERS)


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "data")
    return tmp_path


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_a_backup_in_a_file_has_everything(folder: Path, name: str):
    orders(folder, "backup", name)
    orders(folder, "check", name)
    orders(folder, "restore", name, "--data", "restored")
    orders(folder, "check", "restored")

    assert hashes_of_files(folder / "restored" / "bucket") == hashes_of_files(folder / "data" / "bucket")
    assert {path.name for path in folder.iterdir()} == {"data", "restored", name}


def test_unpacked_by_tar_it_is_a_backup_in_a_folder(folder: Path):
    orders(folder, "backup", "backup.tar.gz")
    (folder / "unpacked").mkdir()
    subprocess.run(["tar", "-xzf", "../backup.tar.gz"], cwd=folder / "unpacked", check=True)

    orders(folder, "check", "unpacked")
    orders(folder, "restore", "unpacked", "--data", "restored")


def test_an_existing_file_is_left_alone(folder: Path):
    (folder / "backup.tar").write_bytes(b"mine")
    done = tried(folder, "backup", "backup.tar")

    assert (done.code, done.stderr) == (1, "orders: backup.tar exists already. Name a new file.\n")
    assert (folder / "backup.tar").read_bytes() == b"mine"


def test_what_a_killed_backup_left_is_no_backup_and_is_removed(folder: Path):
    (folder / ".backup.tar.unfinished").mkdir()
    (folder / ".backup.tar.unfinished" / "tar").write_bytes(b"half")
    assert tried(folder, "check", "backup.tar").code == 1
    orders(folder, "backup", "backup.tar")

    orders(folder, "check", "backup.tar")
    assert not (folder / ".backup.tar.unfinished").exists()


def test_two_backups_to_one_file_do_not_write_into_each_other(folder: Path):
    with tarred.writing(folder / "backup.tar"):
        done = tried(folder, "backup", "backup.tar")

        assert done.code == 1
        assert done.stderr == "orders: Another backup to backup.tar is running. Wait until it has ended.\n"
        assert (folder / ".backup.tar.unfinished" / "tar").exists()


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_refused(folder: Path, name: str, share: float):
    orders(folder, "backup", name)
    content = (folder / name).read_bytes().rstrip(b"\0")
    (folder / name).write_bytes(content[: int(len(content) * share)])

    for words in (("check", name), ("restore", name, "--data", "restored")):
        done = tried(folder, *words)
        assert done.code == 1
        assert done.stderr.startswith("orders: ")
        assert "Use another" in done.stderr
    assert not (folder / "restored").exists()


def test_another_file_is_told_to_be_no_backup_in_one_sentence(folder: Path):
    (folder / "letter.txt").write_text("Dear Sir or Madam")

    assert tried(folder, "check", "letter.txt").stderr == (
        "orders: letter.txt is not a backup in a file, or its beginning is damaged. Use another one.\n"
    )


def test_an_altered_receipt_is_told_by_name_and_not_restored(folder: Path):
    orders(folder, "backup", "backup.tar")
    content, pdf = (folder / "backup.tar").read_bytes(), receipts(folder / "data")[3].read_bytes()
    assert content.count(pdf) == 1
    (folder / "backup.tar").write_bytes(content.replace(pdf, pdf[:-1] + b"?"))

    name = receipts(folder / "data")[3].name
    assert name in "".join(tried(folder, "check", "backup.tar").stdout.split())
    done = tried(folder, "restore", "backup.tar", "--data", "restored")
    assert (done.code, name in done.stderr) == (0, True)
    assert len(receipts(folder / "restored")) == ORDERS - 1


def test_one_file_is_one_backup(folder: Path):
    done = tried(folder, "backup", "backup.tar", "--keep", "2")

    assert (done.code, done.stderr) == (
        2, "orders: --keep is for a folder or s3:// with several backups, not for a file.\n",
    )  # fmt: skip
