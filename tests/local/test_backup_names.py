"""The names of files that a backup may contain: none of them leads out of a data folder."""

import pytest

from orders.local.backup import names


@pytest.mark.parametrize(
    "name",
    [
        "orders.db", "audit.log", "audit.log.1", "audit.log-20261126.gz", "bucket/unknown/2026-11-26/a.pdf",
        "bucket/receipts/2026-11-26/..o-0123456789abcdef.pdf", "outbox/1-1a2b3c4d-1.eml", "outbox/sent/.-1-1.eml",
        "bucket/receipts/2026-11-26/1~refunds~r-1~0123456789ab-0123456789abcdef.pdf",
        "outbox/1~refunds~r-1-1a2b3c4d-1.eml",
    ],
)  # fmt: skip
def test_files_of_a_data_folder_belong_into_a_backup(name: str):
    assert names.is_of_file(name)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "link.key", "keys.json", "first-keys.txt", "orders.db-wal", "orders.db/x", "/orders.db",
        "outbox", "outbox/", "outbox/..", "outbox/../link.key", "outbox/./x", "outbox//x", "outbox/x/..", "bucket/x",
        "bucket/receipts/../../link.key", "outbox/a\nb", "outbox/a\\b", "outbox/a b", "audit.log/x", "outbox/é",
        "../outbox/x", "bucket/receipts/x\n", "outbox/~x",
    ],
)  # fmt: skip
def test_no_other_name_does(name: str):
    assert not names.is_of_file(name)
