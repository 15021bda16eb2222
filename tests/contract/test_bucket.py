"""What every bucket must do."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.emulator import Emulator
from tests.support.examples import NINE
from tests.support.fakes import MemoryBucket
from tests.support.resources import new_bucket
from tests.support.second_opinions import S3

from orders.aws.bucket import S3Bucket
from orders.local.bucket import FolderBucket
from orders.order.errors import Misconfigured, ReceiptLost
from orders.ports import Bucket

KEY = "receipts/2026-11-23/12345-abcdef.pdf"


@pytest.fixture(params=["memory", "folder", *S3])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    if request.param == "memory":
        return MemoryBucket()
    if request.param == "folder":
        return FolderBucket(tmp_path, b"key")
    request.getfixturevalue(request.param)
    return S3Bucket(new_bucket())


def test_what_is_stored_is_told_with_its_hash_and_size(bucket: Bucket):
    stored = bucket.store_once(KEY, b"%PDF-1")

    assert (stored.key.endswith(KEY), stored.size) == (True, 6)  # on S3, two digits of a hash are in front
    assert stored.sha256 == hashlib.sha256(b"%PDF-1").hexdigest()


def test_the_first_bytes_under_a_key_stay(bucket: Bucket):
    first = bucket.store_once(KEY, b"first")

    assert bucket.store_once(KEY, b"second") == first


def test_of_many_that_race_for_a_key_all_see_the_same(bucket: Bucket):
    with ThreadPoolExecutor(16) as threads:
        seen = set(threads.map(lambda n: bucket.store_once(KEY, f"{n}".encode()), range(64)))

    assert seen == {bucket.store_once(KEY, b"late")}


def test_a_link_names_the_instant_it_dies(bucket: Bucket):
    link = bucket.link(bucket.store_once(KEY, b"x"), NINE, timedelta(minutes=5))

    assert link.expires_at == NINE + timedelta(minutes=5)


def test_what_was_stored_is_fetched(bucket: Bucket):
    assert bucket.fetch(bucket.store_once(KEY, b"%PDF-1")) == b"%PDF-1"


def test_what_is_not_what_was_stored_is_not_fetched(bucket: Bucket):
    stored = bucket.store_once(KEY, b"%PDF-1")
    with pytest.raises(Misconfigured):
        bucket.fetch(replace(stored, sha256="00" * 32))
    with pytest.raises(Misconfigured):
        bucket.fetch(replace(stored, key=KEY.replace("12345", "54321"), version=None))


@pytest.mark.parametrize("bucket", ["memory", "folder"], indirect=True)
def test_a_lost_receipt_is_told_and_can_be_put_back(bucket: Bucket):
    """S3 loses no version, and puts none back."""
    stored = bucket.store_once(KEY, b"%PDF-1")
    assert not bucket.is_lost(stored)
    other = replace(stored, key=KEY.replace("12345", "54321"))
    altered = replace(stored, sha256=hashlib.sha256(b"%PDF-2").hexdigest())

    assert bucket.is_lost(other)
    assert bucket.is_lost(altered)
    with pytest.raises(ReceiptLost):
        bucket.link(other, NINE, timedelta(minutes=5))
    bucket.put_back(other, b"%PDF-1")
    bucket.put_back(altered, b"%PDF-2")
    assert bucket.fetch(other) == b"%PDF-1"
    assert bucket.fetch(altered) == b"%PDF-2"


def test_s3_loses_nothing(emulator: Emulator):
    bucket = S3Bucket(new_bucket())

    assert not bucket.is_lost(bucket.store_once(KEY, b"%PDF-1"))
