"""`orders verify`: is this file the receipt that was issued?"""

import hashlib
from pathlib import Path

from tests.support.command import Orders


def receipt_of(orders: Orders, folder: Path, order_id: str) -> Path:
    orders("submit", "--name", "Alice", "--id", order_id)
    assert orders("receipt", order_id, "-o", folder / f"{order_id}.pdf").code == 0
    return folder / f"{order_id}.pdf"


def test_a_receipt_as_it_was_issued_is_genuine(orders: Orders, tmp_path: Path):
    done = orders("verify", receipt_of(orders, tmp_path, "genuine"))

    assert done.code == 0
    assert done.stdout.startswith("Yes. ")
    assert "issued for order genuine." in done.stdout


def test_an_altered_one_is_not_and_the_exit_code_says_so(orders: Orders, tmp_path: Path):
    file = receipt_of(orders, tmp_path, "altered")
    file.write_bytes(file.read_bytes() + b"\n")
    done = orders("verify", file)

    assert (done.code, done.stdout.partition(" ")[0]) == (1, "No.")


def test_a_receipt_of_an_order_that_this_server_never_had_is_not_genuine(orders: Orders, tmp_path: Path):
    file = receipt_of(orders, tmp_path, "here")

    assert orders("verify", file, "--order", "elsewhere").code == 1


def test_a_file_that_names_no_order_needs_its_id(orders: Orders, tmp_path: Path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7 Dear Alice")

    done = orders("verify", file)
    assert (done.code, "--order" in done.stderr) == (2, True)
    assert orders("verify", file, "--order", "12345").code == 1


def test_programs_get_json(orders: Orders, tmp_path: Path):
    file = receipt_of(orders, tmp_path, "as-json")

    assert orders("verify", file, "--json").json() == {
        "file": str(file),
        "orderId": "as-json",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "issued": True,
        "replacedBy": None,
    }


def test_a_file_that_is_not_there_is_named(orders: Orders):
    done = orders("verify", "nowhere.pdf")

    assert (done.code, done.stdout) == (2, "")
    assert "nowhere.pdf can't be read (No such file or directory)." in done.stderr


def test_what_a_customer_wrote_does_not_mislead_it(orders: Orders, tmp_path: Path):
    note = "<pdf:Keywords>12345</pdf:Keywords>"
    orders("submit", "--name", "Alice", "--note", note, "--id", "misled")
    orders("receipt", "misled", "-o", tmp_path / "misled.pdf")
    done = orders("verify", tmp_path / "misled.pdf")

    assert b"12345</pdf:Keywords>" in (tmp_path / "misled.pdf").read_bytes()
    assert (done.code, "issued for order misled." in done.stdout) == (0, True)
