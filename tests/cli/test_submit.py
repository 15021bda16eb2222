"""`orders submit`."""

import json
from pathlib import Path

from tests.support.command import Done, Orders
from tests.support.servers import serving

ALICE = '{"orderId":"alice-1","customerName":"Alice"}\n'


def test_an_order_from_options_is_accepted(orders: Orders) -> None:
    done = orders(
        "submit", "--id", "one-1", "--name", "Zoë", "--item", "Mug x 2 @ 12.50 + 20%", "--item", "Tea x 4 x 1 @ 3",
        "--currency", "EUR",
    )  # fmt: skip

    assert (done.code, done.stderr) == (0, "")
    assert "one-1" in done.stdout
    assert "/receipt/one-1/" in done.stdout
    order = orders("status", "one-1", "--json").json()
    assert order["total"] == "33.00"
    assert [item["name"] for item in order["order"]["items"]] == ["Mug", "Tea x 4"]


def test_every_option_reaches_its_field(orders: Orders) -> None:
    done = orders(
        "submit", "--id", "all-1", "--order-number", "#1001", "--placed-at", "2026-01-23T18:30:00+01:00",
        "--name", "Zoë", "--email", "zoe@example.com", "--company", "Ångström GmbH", "--tax-id", "DE123456789",
        "--reference", "PO 7", "--address", "Hauptstr. 5", "--address", "Hinterhaus", "--postal-code", "10115",
        "--city", "Berlin", "--region", "BE", "--country", "DE", "--prices-include-tax", "--currency", "EUR",
        "--item", "Flour x 0.250 kg @ 2.40 - 10% + 7% MwSt.", "--discount", "Voucher - 0.04",
        "--charge", "shipping Versand @ 4.90 + 19% MwSt.", "--payment", "card Visa 4242 @ 5.00",
        "--payment", "cash @ 1", "--rounding", "-0.02", "--total", "5.40", "--locale", "de_DE", "--note", "Hello",
        "--metadata", "channel=web", "--metadata", "campaign=a=b",
    )  # fmt: skip

    assert (done.code, done.stderr) == (0, "")
    assert orders("status", "all-1", "--json").json()["order"] == {
        "orderId": "all-1", "orderNumber": "#1001", "placedAt": "2026-01-23T17:30:00.000Z",
        "customerName": "Zoë", "customerEmail": "zoe@example.com", "customerCompany": "Ångström GmbH",
        "customerTaxId": "DE123456789", "customerReference": "PO 7",
        "customerAddress": {
            "lines": ["Hauptstr. 5", "Hinterhaus"], "postalCode": "10115", "city": "Berlin", "region": "BE",
            "country": "DE",
        },
        "pricesIncludeTax": True, "currency": "EUR",
        "items": [{
            "name": "Flour", "quantity": "0.25", "unit": "kg", "unitPrice": "2.40", "discount": {"percent": "10"},
            "taxRate": "7", "taxName": "MwSt.",
        }],
        "discounts": [{"name": "Voucher", "amount": "0.04"}],
        "charges": [
            {"kind": "shipping", "name": "Versand", "amount": "4.90", "taxRate": "19", "taxName": "MwSt."},
        ],
        "payments": [
            {"method": "card", "label": "Visa", "last4": "4242", "amount": "5.00"},
            {"method": "cash", "amount": "1.00"},
        ],
        "rounding": "-0.02", "total": "5.40", "locale": "de-DE", "note": "Hello",
        "metadata": {"channel": "web", "campaign": "a=b"},
    }  # fmt: skip


def test_the_same_order_twice_is_accepted_once(orders: Orders) -> None:
    first, again = [orders("submit", "--id", "twice-1", "--name", "Bob", "--json") for _ in range(2)]

    assert first.code == again.code == 0
    assert first.json() == again.json()


def test_an_order_without_an_id_gets_one(orders: Orders) -> None:
    assert orders("submit", "--name", "Alice", "--json").json()["orderId"]


def test_another_order_under_a_taken_id_is_refused(orders: Orders) -> None:
    orders("submit", "--id", "taken-1", "--name", "Bob")

    assert_refused_in_one_line(orders("submit", "--id", "taken-1", "--name", "Rob"), "Choose another id")


def test_a_wrong_field_is_named(orders: Orders) -> None:
    done = orders(
        "submit", "--name", "Bob", "--item", "Mug x 1 @ 1", "--item", "Tea x 9000000 @ 1", "--currency", "EUR"
    )

    assert_refused_in_one_line(done, "items/1/quantity: must be from -1,000,000 to 1,000,000")


def test_an_item_that_is_written_wrongly_is_wrong_usage(orders: Orders) -> None:
    done = orders("submit", "--name", "Bob", "--item", "two mugs")

    assert done.code == 2
    assert "NAME x QUANTITY [UNIT] @ PRICE" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_and_an_order_at_once_are_wrong_usage(orders: Orders) -> None:
    assert orders("submit", "orders.jsonl", "--name", "Bob").code == 2
    assert orders("submit", "orders.jsonl", "--file", "order.json").code == 2
    assert orders("submit", "--file", "order.json", "--note", "Hello").code == 2
    assert orders("submit").code == 2


def test_a_missing_file_is_wrong_usage(orders: Orders) -> None:
    done = orders("submit", "nowhere.jsonl")

    assert done.code == 2
    assert "nowhere.jsonl" in done.stderr


def test_a_file_twice_is_accepted_once(orders: Orders, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text("".join(json.dumps({"orderId": f"file-{n}", "customerName": "Ann"}) + "\n" for n in range(200)))

    first, again = orders("submit", file, "--json"), orders("submit", file, "--json")

    assert (first.code, again.code) == (0, 0)
    assert (first.json()["accepted"], first.json()["replayed"]) == (200, 0)
    assert (again.json()["accepted"], again.json()["replayed"]) == (0, 200)


def test_refused_lines_are_counted_by_reason(orders: Orders) -> None:
    lines = ALICE + '\n{"orderId":"bad-1"}\nnot JSON\n' + '{"orderId":"bad-2"}\n' * 7 + "{}" + " " * 300_000

    done = orders("submit", "-", "--json", stdin=lines)

    assert done.code == 1
    assert done.json()["refusals"] == [
        {"reason": "customerName: is required", "count": 8, "lines": [3, 5, 6, 7, 8]},
        {"reason": "The body is not JSON: Expecting value", "count": 1, "lines": [4]},
        {"reason": "A body may have at most 262,144 bytes.", "count": 1, "lines": [12]},
    ]


def test_the_summary_tells_a_person_which_lines_to_mend(orders: Orders) -> None:
    done = orders("submit", "-", stdin='\ufeff{"customerName":"Ann"}\r\n{"orderId":"bad-1"}\r\n')

    assert done.code == 1
    assert " ".join(done.stdout.split()) == "1 accepted 0 replayed 1 refused 1 customerName: is required line 2"
    assert len(done.stderr.splitlines()) == 1


def test_no_server_says_how_to_start_one(orders: Orders) -> None:
    for done in (
        orders("submit", "--name", "Ann", ORDERS_URL="http://127.0.0.1:1"),
        orders("submit", "-", stdin=ALICE, ORDERS_URL="http://127.0.0.1:1"),
        orders("status", "x", "--url", "http://127.0.0.1:1"),
    ):
        assert done.code == 4
        assert "orders serve" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_the_key_in_the_environment_is_sent(orders: Orders, tmp_path: Path) -> None:
    key, login = (orders("keys", "make", kind, "--data", tmp_path).stdout.strip() for kind in ("shop", "operator"))
    with serving(tmp_path, "--ask-for-keys") as url:
        with_key = orders("submit", "--name", "Ann", ORDERS_URL=url, ORDERS_API_KEY=key)
        without = orders("submit", "--name", "Ann", ORDERS_URL=url)
        listed = orders("list", ORDERS_URL=url, ORDERS_OPERATOR_TOKEN=login)
        not_listed = orders("list", ORDERS_URL=url, ORDERS_API_KEY=key)

    assert (with_key.code, listed.code) == (0, 0)
    assert_refused_in_one_line(without, "ORDERS_API_KEY")
    assert_refused_in_one_line(not_listed, "ORDERS_OPERATOR_TOKEN")


def assert_refused_in_one_line(done: Done, reason: str) -> None:
    assert done.code == 1
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
