"""`orders refund` and `orders correct`, and what the other commands say about the documents that come of them."""

import hashlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.support.command import Orders, Server
from tests.support.servers import clean_environment

MUGS = ["--item", "Mug x 3 @ 10.00 + 20%", "--charge", "shipping Parcel @ 5.00 + 20%", "--currency", "EUR"]


@pytest.fixture
def orders(quick: Orders) -> Orders:
    return quick


@pytest.fixture
def sold(orders: Orders, request: pytest.FixtureRequest) -> str:
    """The id of a completed order of three mugs: 42.00 EUR."""
    order_id = "sold-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    orders("submit", "--id", order_id, "--name", "Alice", "--email", "alice@example.com", *MUGS)
    assert orders("receipt", order_id, "-o", "made.pdf").code == 0
    return order_id


def status(orders: Orders, row_id: str) -> Any:
    return orders("status", row_id, "--json").json()


def test_a_line_and_a_charge_are_refunded_and_the_order_says_so(orders: Orders, sold: str, tmp_path: Path):
    done = orders(
        "refund", sold, "--id", "r-1", "--line", "1:1", "--charge", "1", "--reason", "Broken handle",
        "--paid", "card Visa 4242:18.00",
    )  # fmt: skip
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Accepted.\n  refund       {sold}/refunds/r-1\n")

    assert orders("receipt", f"{sold}/refunds/r-1").stdout.startswith(f"credit-note-{sold}-r-1.pdf")
    assert (tmp_path / f"credit-note-{sold}-r-1.pdf").read_bytes().startswith(b"%PDF-")
    verified = orders("verify", f"credit-note-{sold}-r-1.pdf")
    assert (verified.code, "is the credit note that was issued for order" in verified.stdout) == (0, True)
    shown = orders("status", f"{sold}/refunds/r-1").stdout
    assert f"COMPLETED  {sold}/refunds/r-1" in shown
    assert "Broken handle" in shown
    assert "18.00, of which tax 3.00" in shown
    order = orders("status", sold).stdout
    assert "partly refunded: 18.00 EUR given back, 24.00 EUR remains" in order
    assert f"{sold}/refunds/r-1" in order
    assert max(map(cell_len, order.partition("  History")[0].splitlines())) <= 80
    payment = status(orders, f"{sold}/refunds/r-1")["refund"]["payments"]
    assert payment == [{"method": "card", "label": "Visa", "last4": "4242", "amount": "18.00"}]


def test_an_operator_is_in_the_history(orders: Orders, sold: str):
    orders("refund", sold, "--id", "r-1", "--amount", "1.00")

    entries = status(orders, sold)["history"]
    assert [entry["by"] for entry in entries if "refund r-1 of 1.00 accepted" in entry["what"]] == ["operator"]


def test_the_same_refund_again_is_accepted_once(orders: Orders, sold: str):
    first, again = (orders("refund", sold, "--id", "r-1", "--amount", "1.00") for _ in range(2))

    assert first.stdout.startswith("Accepted.")
    assert again.stdout.startswith("Accepted before.")
    assert status(orders, sold)["refunded"]["payable"] == "1.00"


def test_another_refund_under_the_same_id_is_refused(orders: Orders, sold: str):
    orders("refund", sold, "--id", "r-1", "--amount", "1.00")
    done = orders("refund", sold, "--id", "r-1", "--amount", "2.00")

    assert (done.code, done.stdout) == (1, "")
    assert "A different refund" in done.stderr or "Another refund" in done.stderr


def test_without_an_id_each_command_is_a_refund_of_its_own(orders: Orders, sold: str):
    ids = {orders("refund", sold, "--amount", "1.00", "--json").json()["refundId"] for _ in range(2)}

    assert len(ids) == 2
    assert status(orders, sold)["refunded"]["payable"] == "2.00"


def test_more_than_remains_is_refused_and_the_error_says_what_remains(orders: Orders, sold: str):
    done = orders("refund", sold, "--line", "1:4")

    assert (done.code, done.stdout) == (1, "")
    assert done.stderr == (
        "orders: The refund must not take more than the quantity of 3 that remains of line 1; it takes 4. What remains"
        " of the order is 42.00.\n"
    )


def test_a_script_refunds_everything_only_with_yes(orders: Orders, sold: str):
    refused = orders("refund", sold)
    assert (refused.code, refused.stdout) == (2, "")
    assert "What remains of the order is 42.00 EUR" in refused.stderr
    assert status(orders, sold)["settlement"] == "NONE"

    assert orders("refund", sold, "--yes").code == 0
    assert status(orders, sold)["settlement"] == "REFUNDED"


@pytest.mark.parametrize(("answer", "code", "settlement"), [("n", 1, "NONE"), ("y", 0, "REFUNDED")])
def test_a_person_is_asked_before_everything_is_refunded(
    orders: Orders, numbered: Server, sold: str, answer: str, code: int, settlement: str
):
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "orders", "refund", sold],
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=120,
        env=clean_environment() | {"ORDERS_URL": numbered.url},
    )
    os.close(ours)
    os.close(theirs)

    assert f"Refund all that remains of order {sold}, 42.00 EUR?" in done.stderr
    assert (done.returncode, status(orders, sold)["settlement"]) == (code, settlement)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--line", "0"], "the position is a whole number"),
        (["--line", "one"], "the position is a whole number"),
        (["--line", "1:"], "the quantity is a number such as 2"),
        (["--line", "1=5,00"], "the amount is a number such as 2"),
        (["--charge", "1:2"], "the position is a whole number"),
        (["--amount", "1.00", "--paid", "card"], "the amount is missing"),
        (["--amount", "1.00", "--paid", "gold:1.00"], "begins with card, cash"),
        (["--amount", "1.00", "--line", "1"], "not both"),
    ],
)
def test_a_mistake_in_the_options_is_explained_and_nothing_is_sent(orders: Orders, options: list[str], says: str):
    done = orders("refund", "12345", *options)

    assert (done.code, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize("command", [["refund", "--amount", "1.00"], ["correct", "--name", "Bob"]])
@pytest.mark.parametrize("unknown", ["nobody", "..", "a/b"])
def test_an_unknown_order_has_the_exit_code_of_unknown_orders(orders: Orders, command: list[str], unknown: str):
    assert orders(command[0], unknown, *command[1:]).code == 3


def test_without_a_server_the_command_says_so_at_once(orders: Orders):
    done = orders("refund", "12345", "--amount", "1.00", ORDERS_URL="http://127.0.0.1:9")

    assert done.code == 4
    assert "No server answers" in done.stderr


def test_a_name_is_corrected_and_the_old_receipt_says_what_replaces_it(orders: Orders, sold: str, tmp_path: Path):
    orders("receipt", sold, "-o", "old.pdf")
    done = orders(
        "correct", sold, "--id", "c-1", "--name", "Alice Ångström", "--company", "Ångström AB",
        "--address", "Storgatan 1", "--city", "Malmö", "--country", "SE",
    )  # fmt: skip
    assert (done.code, done.stdout.splitlines()[1]) == (0, f"  correction  {sold}/corrections/c-1")
    assert orders("receipt", f"{sold}/corrections/c-1", "-o", "new.pdf").code == 0

    old, new = orders("verify", "old.pdf"), orders("verify", "new.pdf")
    number = status(orders, f"{sold}/corrections/c-1")["number"]
    assert old.code == new.code == 0
    assert f"It was replaced by the corrected receipt {number} of 20" in old.stdout
    assert "replaced" not in new.stdout
    assert f"the corrected receipt that was issued for order {sold} (c-1)." in new.stdout
    shown = orders("status", f"{sold}/corrections/c-1").stdout
    assert "replaces" in shown
    correction = status(orders, f"{sold}/corrections/c-1")["correction"]
    assert correction["customerAddress"] == {"lines": ["Storgatan 1"], "city": "Malmö", "country": "SE"}


def test_a_correction_of_nothing_is_refused(orders: Orders):
    done = orders("correct", "12345")

    assert (done.code, done.stdout) == (2, "")
    assert "at least one field" in done.stderr


def test_the_e_mail_with_a_credit_note_is_sent_again(orders: Orders, sold: str):
    orders("refund", sold, "--id", "r-1", "--amount", "1.00")
    orders("receipt", f"{sold}/refunds/r-1", "-o", "made.pdf")
    while status(orders, f"{sold}/refunds/r-1")["mail"]["status"] != "OUTBOX":
        pass
    done = orders("resend", f"{sold}/refunds/r-1")

    assert (done.code, done.stdout) == (
        0, f"Requested another e-mail about {sold}/refunds/r-1. See: orders status {sold}/refunds/r-1\n",
    )  # fmt: skip


def test_only_a_failed_document_is_retried(orders: Orders, sold: str):
    orders("refund", sold, "--id", "r-1", "--amount", "1.00")
    orders("receipt", f"{sold}/refunds/r-1", "-o", "made.pdf")

    assert orders("retry", f"{sold}/refunds/r-1").code == 1
    assert orders("retry", f"{sold}/refunds/r-2").code == 3
    assert orders("cancel", f"{sold}/refunds/r-1").code == 3


def test_documents_are_listed_and_exported(orders: Orders, sold: str):
    orders("refund", sold, "--id", "r-1", "--line", "1:1")
    orders("receipt", f"{sold}/refunds/r-1", "-o", "made.pdf")

    listed, as_json = orders("documents"), orders("documents", "--json", "--status", "completed").json()
    exported = orders("documents", "--csv").stdout.splitlines()
    assert f"{sold}/refunds/r-1" in listed.stdout
    assert max(map(cell_len, listed.stdout.splitlines())) <= 80
    assert (sold, "r-1") in {(each["orderId"], each["id"]) for each in as_json["documents"]}
    assert exported[0].startswith("kind,number,id,orderId,")
    ours = [line.split(",") for line in exported if line.split(",")[3] == sold]
    assert [cells[0] for cells in ours] == ["credit-note", "receipt"]
    assert ours[0][14:18] == ["-10.00", "-2.00", "-12.00", "-12.00"]


def test_a_list_of_a_period_needs_csv(orders: Orders):
    assert orders("documents", "--from", "2026-11-01").code == 2
    assert orders("documents", "--csv", "--json").code == 2


def test_refund_in_json_is_the_answer_of_the_server(orders: Orders, sold: str):
    done = orders("refund", sold, "--id", "r-1", "--amount", "1.00", "--json")

    assert json.loads(done.stdout).keys() == {"orderId", "refundId", "status", "creditNoteUrl"}
