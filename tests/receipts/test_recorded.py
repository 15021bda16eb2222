"""The example receipts are the same bytes on every machine and every version of Python."""

import hashlib
import json

from tests.receipts.following import corrected, credit_note, numbered
from tests.receipts.making import ROOT, receipt_of

from orders import receipt

RECORDED = "dff2d021f2a571ee5c254dab4db0f1c25bdca25521cc2c824797f16a1854d609"
"""SHA-256 of all of them, one after another. A change of the page changes it: then take the one that the test shows."""


RECORDED_DOCUMENTS = "8038fa71b2e984c2ee796485947e992cc6b3d21646e2d66b0cea690199d52494"
"""The same for a receipt with a number, a credit note and a corrected receipt of each example."""


def test_the_example_receipts_are_those_that_were_made_elsewhere():
    lines = (ROOT / "examples" / "receipts.jsonl").read_text(encoding="utf-8").splitlines()
    together = hashlib.sha256()
    for line in lines:
        together.update(receipt_of(json.loads(line)))

    assert len(lines) == 24
    assert together.hexdigest() == RECORDED


def test_so_are_those_with_numbers_and_their_credit_notes_and_corrected_receipts():
    together, made = hashlib.sha256(), 0
    for line in (ROOT / "examples" / "receipts.jsonl").read_text(encoding="utf-8").splitlines():
        row = numbered(json.loads(line))
        rows = [row, corrected(row, {"customerName": "Zoë Ångström"}, 18)]
        if row.posted.totals and row.posted.totals.payable > 0:
            rows.append(credit_note(row, {"reason": "Broken handle"}, 3))
        for each in rows:
            together.update(receipt.render(each))
            made += 1

    assert made > 60
    assert together.hexdigest() == RECORDED_DOCUMENTS
