"""Signed links open exactly what was signed, until they expire."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.examples import NINE

from orders.local.bucket import FolderBucket
from orders.local.folder.folder import DataFolder

KEY = "receipts/2026-11-23/12345-abcdef.pdf"


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    return FolderBucket(tmp_path, b"key")


def parts(bucket: FolderBucket, key: str = KEY) -> tuple[str, bytes]:
    url = bucket.link(bucket.store_once(key, b"%PDF-"), NINE, timedelta(minutes=5)).url
    path, _, query = url.partition("?")
    return path.removeprefix("files/"), query.encode()


def test_a_link_opens_its_file_until_the_instant_it_expires(bucket: FolderBucket):
    key, query = parts(bucket)

    opened = bucket.opened_by(key, query, NINE + timedelta(seconds=299))
    assert opened is not None
    assert opened.read_bytes() == b"%PDF-"
    assert bucket.opened_by(key, query, NINE + timedelta(seconds=300)) is None


def test_only_a_genuine_link_has_expired_and_only_from_that_instant(bucket: FolderBucket):
    key, query = parts(bucket)

    assert not bucket.has_expired(key, query, NINE - timedelta(hours=1))
    assert not bucket.has_expired(key, query, NINE + timedelta(seconds=299))
    assert bucket.has_expired(key, query, NINE + timedelta(seconds=300))
    assert not bucket.has_expired(key.replace("12345", "12346"), query, NINE + timedelta(seconds=300))
    assert not bucket.has_expired(key, query.replace(b"signature=", b"signature=0"), NINE + timedelta(days=1))


def test_a_link_opens_no_other_file(bucket: FolderBucket):
    _, query = parts(bucket)
    other, _ = parts(bucket, "receipts/2026-11-23/other.pdf")

    assert bucket.opened_by(other, query, NINE) is None
    assert bucket.opened_by("../orders.db", query, NINE) is None


def test_a_link_from_the_future_opens_nothing_while_the_clock_is_set_back(bucket: FolderBucket):
    key, query = parts(bucket)

    assert bucket.opened_by(key, query, NINE - timedelta(hours=1)) is None
    assert bucket.opened_by(key, query, NINE) is not None


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"expires=9999999999",
        b"signature=00",
        b"issued=1&expires=\xd9\xa1&sha256=" + b"0" * 64 + b"&signature=" + b"0" * 64,
    ],
)
def test_a_query_that_was_never_signed_opens_nothing(bucket: FolderBucket, query: bytes):
    key, _ = parts(bucket)

    assert bucket.opened_by(key, query, NINE) is None


def test_a_later_expiry_needs_another_signature(bucket: FolderBucket):
    key, query = parts(bucket)
    expires = query.split(b"&")[1].partition(b"=")[2]

    assert bucket.opened_by(key, query.replace(expires, b"9999999999"), NINE) is None


def test_another_folder_has_another_key_and_the_same_folder_keeps_its_own(tmp_path: Path):
    keys = [DataFolder.open(tmp_path / name).link_key() for name in ("a", "b", "a")]

    assert keys[0] == keys[2] != keys[1]
    assert len(keys[0]) == 32
    assert (tmp_path / "a" / "link.key").stat().st_mode & 0o777 == 0o600
