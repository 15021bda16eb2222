"""Files for `orders submit`: one order in a file, and files that are something else."""

import gzip
import json
from pathlib import Path

import pytest
from tests.support.command import Done, Orders

ALICE = {"orderId": "file-alice", "customerName": "Alice"}
BOB = {"orderId": "file-bob", "customerName": "Bob"}
LINES = "".join(json.dumps(order) + "\n" for order in (ALICE, BOB))
DOCUMENT = json.dumps(ALICE, indent=2)
AS_LINES, AS_DOCUMENT = (), ("--file",)


def refused(done: Done) -> str:
    """The one line that says why."""
    assert (done.code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("document", [json.dumps(ALICE), DOCUMENT, f"\ufeff\n{DOCUMENT}\r\n"])
def test_a_file_has_one_order_in_as_many_lines_as_it_likes(orders: Orders, tmp_path: Path, document: str) -> None:
    (tmp_path / "order.json").write_text(document)

    for done in (
        orders("submit", "--file", "order.json", "--json"),
        orders("submit", "--file", "-", "--json", stdin=document),
    ):
        assert (done.code, done.stderr) == (0, "")
        assert done.json()["orderId"] == "file-alice"


@pytest.mark.parametrize("options", [AS_LINES, AS_DOCUMENT], ids=["lines", "document"])
@pytest.mark.parametrize(
    ("content", "what", "advice"),
    [
        (json.dumps([ALICE, BOB]).encode(), "is a JSON array", ""),
        (json.dumps([ALICE, BOB], indent=2).encode(), "is a JSON array", ""),
        (b"orderId,customerName\n1,Alice\n", "looks like CSV", '{"orderId":"12345","customerName":"Alice"}'),
        (b'\xef\xbb\xbf"orderId";"customerName"\r\n1;Alice\r\n', "looks like CSV", "Orders must be JSON"),
        (b"orderId\tcustomerName\n1\tAlice\n", "looks like CSV", "Orders must be JSON"),
        (LINES.encode("utf-16"), "is text in UTF-16", "iconv -f UTF-16 -t UTF-8 'the orders' | orders submit "),
        (LINES.encode("utf-16-le"), "is text in UTF-16", "iconv -f UTF-16LE -t UTF-8"),
        (LINES.encode("utf-16-be"), "is text in UTF-16", "iconv -f UTF-16BE -t UTF-8"),
        (gzip.compress(LINES.encode(), mtime=0), "is compressed (gzip)", "gunzip -c 'the orders' | orders submit "),
        (b"PK\x03\x04\x14\0", "is a ZIP archive or a workbook", "Orders must be JSON in UTF-8."),
    ],
)
def test_a_file_in_another_format_is_recognised(
    orders: Orders, tmp_path: Path, options: tuple[str, ...], content: bytes, what: str, advice: str
) -> None:
    (tmp_path / "the orders").write_bytes(content)

    said = refused(orders("submit", *options, "the orders"))

    assert f"the orders {what}" in said
    assert advice in said


def test_an_array_becomes_lines(orders: Orders) -> None:
    said = refused(orders("submit", "-", stdin=json.dumps([ALICE, BOB])))

    assert said.startswith("orders: Standard input is a JSON array.")
    assert said.endswith("jq -c '.[]' | orders submit -")


def test_an_order_over_several_lines_is_no_file_of_lines(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text(DOCUMENT)

    assert refused(orders("submit", "order.json")).endswith("Submit it with: orders submit --file order.json")


def test_a_file_of_lines_is_no_order(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text(LINES)

    assert refused(orders("submit", "--file", "orders.jsonl")).endswith(
        "Submit all of them with: orders submit orders.jsonl"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b'{"orderId": "1",\n "customerName": Alice}', "there is a mistake at line 2, column 18"),
        ('{"customerName": "Zoë"}'.encode("latin-1"), "is not text in UTF-8"),
        (b'{"customerName": "' + b"a" * 262_144 + b'"}', "is too large. An order may have at most 262,144 bytes."),
    ],
)
def test_a_file_without_an_order_is_told_why(orders: Orders, tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "order.json").write_bytes(content)

    assert f"order.json {why}" in refused(orders("submit", "--file", "order.json")).replace("is not valid JSON: ", "")


@pytest.mark.parametrize("document", ['"hello"', "null", '{"a":' * 40_000, '{"customerName":' + "1" * 5000 + "}"])
def test_the_server_judges_what_is_json_and_no_order(orders: Orders, document: str) -> None:
    done = orders("submit", "--file", "-", stdin=document)

    assert (done.code, len(done.stderr.splitlines())) == (1, 1)


def test_a_missing_file_is_wrong_usage(orders: Orders) -> None:
    assert "nowhere.json" in refused(orders("submit", "--file", "nowhere.json"))
