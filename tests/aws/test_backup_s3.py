"""Backups to S3: each file is sent once, and a backup counts only when it is whole. On the emulator."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.local.backups import orders, receipts, tried
from tests.local.filled import filled
from tests.support.emulator import Emulator
from tests.support.proof import hashes_of_files
from tests.support.servers import clean_environment

from orders.local.backup import s3_storage
from orders.local.backup.s3_storage import Storage

ORDERS = 20
BUCKET = "backups-of-a-shop"
PLACE = f"s3://{BUCKET}/casa/luna"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("kept") / "data", ORDERS)


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "data")
    return tmp_path


@pytest.fixture
def bucket(emulator: Emulator) -> Iterator[Any]:
    bucket = boto3.resource("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def keys(bucket: Any, part: str = "") -> set[str]:
    return {each.key for each in bucket.objects.filter(Prefix=f"casa/luna/{part}")}


def test_a_backup_in_s3_has_everything(folder: Path, bucket: Any):
    orders(folder, "backup", PLACE, "--keys", "keys")
    orders(folder, "check", PLACE)
    orders(folder, "restore", PLACE, "--data", "restored", "--keys", "keys")
    orders(folder, "check", "restored")

    assert hashes_of_files(folder / "restored" / "bucket") == hashes_of_files(folder / "data" / "bucket")
    assert not (folder / "data" / "unfinished-backup").exists()


def test_the_second_backup_sends_only_what_is_new(folder: Path, bucket: Any, monkeypatch):
    orders(folder, "backup", PLACE)
    before, sent, put = keys(bucket), list[str](), Storage.put

    def recorded(storage: Storage, key: str, content: bytes) -> None:
        sent.append(key.partition("/")[0])
        put(storage, key, content)

    monkeypatch.setattr(Storage, "put", recorded)
    (folder / "data" / "outbox").mkdir()
    (folder / "data" / "outbox" / "o1-1a2b3c4d-1.eml").write_bytes(b"Subject: Hello")
    change(folder)
    orders(folder, "backup", PLACE)

    assert sorted(sent) == ["manifests", "objects", "objects", "sums"]  # the objects: the database and the mail
    assert len(keys(bucket) - before) == 4
    orders(folder, "check", PLACE)


def change(folder: Path) -> None:
    """Give the database other bytes."""
    with closing(sqlite3.connect(folder / "data" / "orders.db")) as connection:
        connection.execute("UPDATE counts SET number = number + 1000 WHERE minute <> ''")
        connection.commit()


def test_old_backups_are_removed_with_what_no_other_has(folder: Path, bucket: Any):
    for _ in range(3):
        orders(folder, "backup", PLACE, "--keep", "2")
        change(folder)

    assert len(keys(bucket, "manifests/")) == len(keys(bucket, "sums/")) == 2
    names = sorted(key.rpartition("/")[2].removesuffix(".json") for key in keys(bucket, "manifests/"))
    for name in names:
        orders(folder, "check", f"{PLACE}/{name}")
    assert len(keys(bucket, "objects/")) == ORDERS + 2  # receipts, and two databases
    orders(folder, "restore", f"{PLACE}/{names[0]}", "--data", "restored")


def test_a_large_file_is_sent_in_parts(folder: Path, bucket: Any, monkeypatch):
    monkeypatch.setattr(s3_storage, "PART", 5 * 1024 * 1024)
    with (folder / "data" / "audit.log").open("wb") as log:
        log.truncate(11 * 1024 * 1024)
    orders(folder, "backup", PLACE)
    orders(folder, "check", PLACE)


def test_a_missing_object_is_told_and_sent_again_by_the_next_backup(folder: Path, bucket: Any):
    orders(folder, "backup", PLACE)
    pdf = receipts(folder / "data")[0]
    sha256 = hashes_of_files(folder / "data")[pdf.relative_to(folder / "data").as_posix()]
    bucket.Object(f"casa/luna/objects/{sha256}").delete()

    assert pdf.name in "".join(tried(folder, "check", PLACE).stdout.split())
    orders(folder, "backup", PLACE)
    orders(folder, "check", PLACE)


A_BACKUP_THAT_DIES = """
import os, signal, sys
from orders.cli.app import run
from orders.local.backup.s3_storage import Storage

def put(storage, key, content, put=Storage.put):
    if key.startswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    put(storage, key, content)

Storage.put = put
run(["backup", *sys.argv[2:]])
"""
"""It kills itself before it sends the first object whose key begins with its first argument."""


@pytest.mark.parametrize("begins", ["objects/", "sums/", "manifests/"])
def test_a_backup_that_is_killed_is_none_and_the_next_one_continues_it(
    begins: str, folder: Path, bucket: Any, emulator: Emulator
):
    for manifest in (0, 1):
        dying = [sys.executable, "-c", A_BACKUP_THAT_DIES, begins, PLACE]
        environment = clean_environment() | emulator.environment
        assert subprocess.run(dying, cwd=folder, env=environment).returncode == -signal.SIGKILL
        assert tried(folder, "check", PLACE).code == 1 - manifest
        assert len(keys(bucket, "manifests/")) == manifest
        change(folder)
        orders(folder, "backup", PLACE, "--keep", "1")
        assert len(keys(bucket, "sums/")) == 1
        assert len(keys(bucket, "objects/")) == ORDERS + 1
        orders(folder, "check", PLACE)
        change(folder)  # so that the next one has an object to send


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("s3://no-such-bucket/x", "s3://no-such-bucket/x/: "),
        ("s3://", "s3:// is not the URL of a bucket. Write it like s3://my-bucket/orders."),
        ("s3://Bucket_", "s3://Bucket_ is not the URL of a bucket."),
    ],
)
def test_a_bucket_that_can_t_be_used_is_told(folder: Path, emulator: Emulator, place: str, told: str):
    for words in (("backup", place), ("check", place), ("restore", place, "--data", "restored")):
        done = tried(folder, *words)
        assert done.code == 1
        assert done.stderr.startswith(f"orders: {told}")
    assert not (folder / "restored").exists()


def test_a_place_without_backups_is_told(folder: Path, bucket: Any):
    done = tried(folder, "restore", PLACE, "--data", "restored")

    assert (done.code, done.stderr) == (
        1, f"orders: There is no whole backup at {PLACE}. `orders backup` makes one.\n",
    )  # fmt: skip
