"""The example receipts are the same bytes on every machine and every version of Python."""

import hashlib
import json

from tests.receipts.making import ROOT, receipt_of

RECORDED = "6822fbaaa96c5820add4c4f49540326e1ce46ce9bd0b3b3f21742aa42f709a67"
"""SHA-256 of all of them, one after another. A change of the page changes it: then take the one that the test shows."""


def test_the_example_receipts_are_those_that_were_made_elsewhere():
    lines = (ROOT / "examples" / "receipts.jsonl").read_text(encoding="utf-8").splitlines()
    together = hashlib.sha256()
    for line in lines:
        together.update(receipt_of(json.loads(line)))

    assert len(lines) == 24
    assert together.hexdigest() == RECORDED
