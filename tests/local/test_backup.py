"""The backup that docs/operations.md describes, run as it stands there."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import ROOT
from tests.support.servers import serving

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
(COMMANDS,) = (block for block in re.findall(r"```sh\n(.*?)```", OPERATIONS, re.S) if ".backup" in block)
ALICE = {"orderId": "12345", "customerName": "Alice"}
WITH_MAIL = ALICE | {"customerEmail": "alice@example.com"}


@pytest.mark.parametrize("order", [ALICE, WITH_MAIL])
def test_a_backup_of_a_running_server_has_its_orders_and_receipts(tmp_path: Path, order: dict[str, str]):
    with serving(tmp_path / "data") as address:
        Api(address).post_order(order)
        Api(address).signed_link("12345")
        backed_up = subprocess.run(["sh", "-euc", COMMANDS], cwd=tmp_path, capture_output=True, text=True)

    assert (backed_up.returncode, backed_up.stderr) == (0, "")
    with serving(tmp_path / "backup") as address:
        assert Api(address).signed_link("12345")


def test_the_keys_are_in_it(tmp_path: Path):
    with serving(tmp_path / "data", "--ask-for-keys"):
        subprocess.run(["sh", "-euc", COMMANDS], cwd=tmp_path, check=True)

    for name in ("keys.json", "audit.log"):
        assert (tmp_path / "backup" / name).read_bytes() == (tmp_path / "data" / name).read_bytes()
