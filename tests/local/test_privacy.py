"""A data folder is its owner's only, whatever it was before, and nothing in it leads to a file elsewhere."""

import os
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.local.starts import refusal
from tests.support.api import Api
from tests.support.examples import BASKET
from tests.support.servers import address_of, clean_environment

from orders.api.authority import Authority
from orders.local import files
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.server.keys import KeyRing
from orders.local.stack import open_for_serving, stack_in

PRECIOUS = "precious"
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")


@pytest.fixture(autouse=True)
def usual_umask():
    """What tests start with; opening a data folder changes it for the whole process."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    file = tmp_path / "victim"
    file.write_text(PRECIOUS)
    return file


def modes(folder: Path) -> dict[str, int]:
    """Who may do what with each file and folder."""
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in paths}


def for_others(folder: Path) -> list[str]:
    return [name for name, mode in modes(folder).items() if mode & 0o077]


def test_whatever_a_server_and_its_workers_and_the_commands_make_is_their_owners_only(tmp_path: Path):
    """Also in a folder that was there before, and where the shell lets everybody do everything."""
    data = tmp_path / "data"
    data.mkdir()
    command = [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True, umask=0) as server:
        api = Api(address_of(server))
        api.post_order(BASKET)
        api.receipt(BASKET["orderId"])
        while not list(data.glob("outbox/*.eml")):
            pass  # it is there within a moment
        keys = ["-m", "orders", "keys", "make", "shop", "--data", str(data)]
        subprocess.run([sys.executable, *keys], env=clean_environment(), check=True, capture_output=True, umask=0)
        server.terminate()
        server.communicate()

    assert for_others(data) == []
    assert {"orders.db", "link.key", "keys.json", "bucket/receipts"} <= set(modes(data))


def test_a_folder_of_the_version_before_is_shut_and_told_and_starts(tmp_path: Path, caplog):
    data = tmp_path / "data"
    with closing(open_for_serving(DataFolder.open(data))):
        pass
    for name in modes(data):
        (data / name).chmod(0o777 if (data / name).is_dir() else 0o666)

    stack_in.cache_clear()
    with closing(open_for_serving(DataFolder.open(data))):
        assert for_others(data) == []
    assert f"other users of this machine could have written to the data folder {data}" in caplog.text


def test_a_folder_that_others_could_only_read_is_shut_too(tmp_path: Path, caplog):
    (tmp_path / "data").mkdir(mode=0o755)
    DataFolder.open(tmp_path / "data")

    assert for_others(tmp_path / "data") == []
    assert "could have read the data folder" in caplog.text


def test_a_private_folder_logs_nothing(tmp_path: Path, caplog):
    for _ in range(2):
        DataFolder.open(tmp_path / "data")

    assert caplog.text == ""


def test_a_folder_that_can_not_be_shut_is_refused(tmp_path: Path, monkeypatch):
    """As on a disk that knows no permissions."""
    (tmp_path / "data").mkdir(mode=0o755)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)

    with pytest.raises(FolderError, match="its disk does not let that be changed"):
        DataFolder.open(tmp_path / "data")


@only_root
def test_a_folder_of_another_user_is_refused_and_left_as_it_is(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, 12345, 12345)

    reason = refusal(data)
    assert f"The data folder {data} belongs to user 12345, and this program runs as root." in reason
    assert "Run it as user 12345. Only if user 12345 no longer uses the folder" in reason
    assert f"chown -R root {data}" in reason
    assert list(data.iterdir()) == []


@only_root
def test_a_link_that_another_user_made_leads_to_no_data_folder(tmp_path: Path):
    """As one in a folder for temporary files, which everybody can write to."""
    (tmp_path / "mine").mkdir(mode=0o755)
    (tmp_path / "data").symlink_to(tmp_path / "mine")
    DataFolder.open(tmp_path / "data")
    os.chown(tmp_path / "data", 12345, 12345, follow_symlinks=False)

    with pytest.raises(FolderError, match="is a symbolic link that user 12345 made"):
        DataFolder.open(tmp_path / "data")


@only_root
def test_a_file_of_another_user_in_it_is_refused_at_every_start(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    (data / "keys.json").write_text("[]")
    os.chown(data / "keys.json", 12345, 12345)

    for _ in range(2):
        with pytest.raises(FolderError, match=r"keys\.json belongs to user 12345"):
            DataFolder.open(data)


@pytest.mark.parametrize(
    "name",
    [
        "orders.db", "orders.db-wal", "orders.db-shm", "orders.db-journal", "orders.db-turns", "server.lock",
        "link.key", "keys.json", "keys.json.lock", "identity-token", ".probe", ".probe-linked",
    ],
)  # fmt: skip
def test_a_symbolic_link_in_the_place_of_a_file_is_refused_and_leads_nowhere(name: str, tmp_path: Path, victim: Path):
    (tmp_path / "data").mkdir(mode=0o777)
    (tmp_path / "data" / name).symlink_to(victim)

    with pytest.raises(FolderError, match=f"{name} is a symbolic link"):
        DataFolder.open(tmp_path / "data")
    assert victim.read_text() == PRECIOUS


@pytest.mark.parametrize("name", ["bucket", "outbox", "outbox/sent", "bucket/receipts/2026-11-23", "bucket/unfinished"])
def test_a_link_in_a_folder_that_others_can_write_to_is_refused_at_every_start(name: str, tmp_path: Path, victim: Path):
    """It may be somebody else's: files would be moved to, or removed from, wherever it leads."""
    link = tmp_path / "data" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(victim.parent)
    (tmp_path / "data").chmod(0o777)

    for _ in range(2):
        with pytest.raises(FolderError, match=rf"Other users .* can write to .*{name} is a symbolic link"):
            DataFolder.open(tmp_path / "data")
    assert victim.read_text() == PRECIOUS


@pytest.mark.parametrize("name", ["bucket/receipts", "bucket/unfinished", "outbox/unfinished", "outbox/sent"])
def test_a_folder_in_which_files_are_moved_and_removed_is_no_link(name: str, tmp_path: Path, victim: Path):
    link = tmp_path / "data" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(victim.parent)

    with pytest.raises(FolderError, match=f"{name} is a symbolic link"):
        DataFolder.open(tmp_path / "data")
    assert victim.read_text() == PRECIOUS


@pytest.mark.parametrize("name", ["bucket", "outbox"])
def test_a_folder_may_be_on_another_disk_and_is_shut_there(name: str, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).symlink_to(tmp_path / "elsewhere")
    DataFolder.open(tmp_path / "data")

    assert for_others(tmp_path / "elsewhere") == []


def test_the_names_of_temporary_files_can_not_be_guessed(tmp_path: Path, victim: Path):
    """Those that were used before led to a victim, if somebody had put a link there."""
    folder = DataFolder.open(tmp_path / "data")
    guesses = [f".link.key-{os.getpid()}", f".keys.json-{os.getpid()}", f".receipt.pdf.{os.getpid()}"]
    for guess in guesses:
        (folder.path / guess).symlink_to(victim)
    folder.check()
    folder.link_key()
    KeyRing(folder.keys).make(Authority.SHOP, "shop")
    files.write_for_user(folder.path / "receipt.pdf", b"%PDF-")

    assert victim.read_text() == PRECIOUS
    assert all((folder.path / guess).is_symlink() for guess in guesses)


def test_a_temporary_file_is_new_and_its_owners_only_and_gone_in_the_end(tmp_path: Path, monkeypatch, victim: Path):
    with files.temporary(tmp_path) as (_, first), files.temporary(tmp_path) as (_, second):
        assert first != second
        assert [stat.S_IMODE(path.stat().st_mode) for path in (first, second)] == [0o600, 0o600]
    assert not first.exists()

    monkeypatch.setattr("secrets.token_hex", lambda _: "guessed")
    (tmp_path / f"{files.UNFINISHED}guessed").symlink_to(victim)
    with pytest.raises(FileExistsError), files.temporary(tmp_path):
        pass
    assert victim.read_text() == PRECIOUS


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path):
    old, new = tmp_path / f"{files.UNFINISHED}old", tmp_path / f"{files.UNFINISHED}new"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    files.remove_unfinished(tmp_path, others_write=True)

    assert list(tmp_path.iterdir()) == [new]
    files.remove_unfinished(tmp_path, others_write=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["bucket", "outbox"])
def test_a_server_that_starts_removes_unfinished_receipts_and_mails_at_once(tmp_path: Path, name: str):
    left = tmp_path / name / files.UNFINISHED_FOLDER / f"{files.UNFINISHED}left"
    left.parent.mkdir(parents=True)
    left.touch()
    DataFolder.open(tmp_path).check()

    assert not left.exists()


def test_a_lock_is_not_taken_through_a_link(tmp_path: Path, victim: Path):
    (tmp_path / "lock").symlink_to(victim)

    with pytest.raises(OSError, match="symbolic link"):
        files.open_lock(tmp_path / "lock")


class TestFilesForTheUser:
    def test_they_are_as_the_umask_says(self, tmp_path: Path):
        files.write_for_user(tmp_path / "receipt.pdf", b"%PDF-")

        assert modes(tmp_path)["receipt.pdf"] == 0o644
        assert (tmp_path / "receipt.pdf").read_bytes() == b"%PDF-"

    @pytest.mark.parametrize("target", ["victim", "nothing"])
    def test_they_are_not_written_through_a_link(self, tmp_path: Path, victim: Path, target: str):
        (tmp_path / "receipt.pdf").symlink_to(tmp_path / target)

        with pytest.raises(OSError, match="it is a symbolic link"):
            files.write_for_user(tmp_path / "receipt.pdf", b"%PDF-")
        assert victim.read_text() == PRECIOUS
        assert not (tmp_path / "nothing").exists()

    def test_a_device_is_written_to(self):
        files.write_for_user(Path("/dev/null"), b"%PDF-")

        assert not Path("/dev/null").is_file()

    def test_what_was_there_stays_where_it_can_not_be_written(self, tmp_path: Path, monkeypatch):
        (tmp_path / "receipt.pdf").write_bytes(b"before")
        monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))

        with pytest.raises(OSError, match="no"):
            files.write_for_user(tmp_path / "receipt.pdf", b"after")
        assert (tmp_path / "receipt.pdf").read_bytes() == b"before"
        assert len(list(tmp_path.iterdir())) == 1
