"""The example receipts are the same bytes on every machine and every version of Python."""

import hashlib
import json

from tests.receipts.making import ROOT, receipt_of

RECORDED = "dff2d021f2a571ee5c254dab4db0f1c25bdca25521cc2c824797f16a1854d609"
"""SHA-256 of all of them, one after another. A change of the page changes it: then take the one that the test shows."""


def test_the_example_receipts_are_those_that_were_made_elsewhere():
    lines = (ROOT / "examples" / "receipts.jsonl").read_text(encoding="utf-8").splitlines()
    together = hashlib.sha256()
    for line in lines:
        together.update(receipt_of(json.loads(line)))

    assert len(lines) == 24
    assert together.hexdigest() == RECORDED
