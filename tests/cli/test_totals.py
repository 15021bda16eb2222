"""What orders come to, as `orders submit` and `orders status` show it."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.support.command import Orders, Server
from tests.support.servers import serving

from orders.cli.app import run

CASES = [json.loads(line) for line in Path("tests/support/cases.jsonl").read_text().splitlines()]
ACCEPTED = [case for case in CASES if case.get("status", 202) == 202]
REFUSED = [case for case in CASES if case not in ACCEPTED]


def name_of(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.fixture
def file(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORDERS_URL", server.url)
    monkeypatch.delenv("ORDERS_API_KEY", raising=False)
    return tmp_path / "order.json"


def json_of(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capfd.readouterr().out)


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_a_case_comes_to_its_totals(file: Path, capfd: pytest.CaptureFixture[str], case: dict[str, Any]) -> None:
    file.write_text(json.dumps(case["order"], ensure_ascii=False, indent=2))

    checked = json_of(capfd, "submit", "--file", str(file), "--dry-run")
    assert run(["status", case["id"]]) == 3, "a dry run stores nothing"
    capfd.readouterr()
    accepted = json_of(capfd, "submit", "--file", str(file))
    shown = json_of(capfd, "status", accepted["orderId"])

    assert checked["totals"] == shown["totals"]
    assert shown["totals"] == case.get("totals", shown["totals"])
    assert {name: shown["totals"][name] for name in ("tax", "total") if name in case}.items() <= case.items()


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_a_wrong_case_is_refused(file: Path, capfd: pytest.CaptureFixture[str], case: dict[str, Any]) -> None:
    file.write_text(json.dumps(case["order"]))

    assert run(["submit", "--file", str(file)]) == 1
    said = capfd.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert run(["submit", "--file", str(file), "--dry-run"]) == 1
    assert capfd.readouterr().err == said.err
    assert run(["status", case["id"]]) == 3


@pytest.mark.parametrize("case", ACCEPTED, ids=name_of)
def test_every_figure_is_shown_in_eighty_columns(
    file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, case: dict[str, Any]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file.write_text(json.dumps(case["order"]))
    totals = json_of(capfd, "submit", "--file", str(file), "--dry-run")["totals"]

    assert run(["submit", "--file", str(file), "--dry-run"]) == 0

    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "The order is valid. Nothing was stored."
    assert max(map(cell_len, lines)) <= 80
    shown = [line.split()[-1] for line in lines[2:]]
    assert shown[: len(totals["lines"])] == totals["lines"] if totals else not lines[1:]
    assert {tax["amount"] for tax in totals["taxes"]} | {totals["total"]} <= {*shown} if totals else True
    assert len({cell_len(line) for line in lines[2:]}) <= 1, "the decimal points are below each other"


GERMAN = (
    "submit", "--id", "gross-1", "--name", "Zoë", "--prices-include-tax", "--currency", "EUR",
    "--item", f"Flour{' from the mill at the river' * 3} x 0.250 kg @ 2.40 - 10% Summer + 7% MwSt.",
    "--item", "Cup x 4 @ 7.50 + 19% MwSt.", "--item", "Cup x -1 @ 7.50 + 19% MwSt.", "--discount", "Voucher - 10%",
    "--charge", "shipping Versand @ 4.90 + 19% MwSt.", "--payment", "card Visa 4242 @ 20", "--payment", "cash @ 10",
    "--rounding", "-0.02",
)  # fmt: skip


def test_prices_with_their_tax(orders: Orders) -> None:
    assert orders(*GERMAN).code == 0

    assert amounts_in(orders("status", "gross-1").stdout) == [
        "  Flour from the mill at the ri… x 0.25 kg @ 2.40 - 10% Summer + 7% MwSt.   0.54",
        "  Cup x 4 @ 7.50 + 19% MwSt.                                               30.00",
        "  Cup x -1 @ 7.50 + 19% MwSt.                                              -7.50",
        "  Voucher                                                                  -2.30",
        "  Versand                                                                   4.90",
        "  incl. MwSt.  7% of  0.46                                                  0.03",
        "  incl. MwSt. 19% of 21.13                                                  4.02",
        "  total EUR                                                                25.64",
        "  rounding                                                                 -0.02",
        "  payable                                                                  25.62",
        "  paid by card Visa •••• 4242, cash                                        30.00",
        "  change                                                                    4.38",
    ]


def test_prices_without_tax(orders: Orders) -> None:
    orders(
        "submit", "--id", "net-1", "--name", "Bob", "--item", "Book x 1 @ 10.10 + 5% GST + 9.975% QST",
        "--item", "Lamp x 1 @ 100", "--currency", "CAD", "--charge", "shipping @ 8", "--payment", "cash @ 100",
    )  # fmt: skip

    assert amounts_in(orders("status", "net-1").stdout) == [
        "  Book x 1 @ 10.10 + 5% GST + 9.975% QST   10.10",
        "  Lamp x 1 @ 100.00                       100.00",
        "  Shipping                                  8.00",
        "  net                                     118.10",
        "  GST 5%     of 10.10                       0.51",
        "  QST 9.975% of 10.10                       1.01",
        "  total CAD                               119.62",
        "  paid by cash                            100.00",
        "  due                                      19.62",
    ]


def amounts_in(status: str) -> list[str]:
    """The part between the facts and the history."""
    return status.split("\n\n")[2].splitlines()


def test_the_facts_name_the_buyer(orders: Orders) -> None:
    orders(
        "submit", "--id", "buyer-1", "--name", "Zoë", "--order-number", "#1001", "--company", "Ångström GmbH",
        "--tax-id", "DE123456789", "--reference", "PO 7", "--address", "Hauptstr. 5", "--postal-code", "10115",
        "--city", "Berlin", "--country", "DE", "--placed-at", "2026-01-23T18:30:00+01:00",
    )  # fmt: skip

    facts = orders("status", "buyer-1").stdout.split("\n\n")[1].splitlines()

    assert facts[:7] == [
        "  number     #1001",
        "  placed     2026-01-23 17:30:00 UTC",
        "  customer   Zoë",
        "  company    Ångström GmbH",
        "  tax id     DE123456789",
        "  reference  PO 7",
        "  address    Hauptstr. 5, 10115 Berlin, DE",
    ]


def test_a_dry_run_checks_every_line_of_a_file(orders: Orders, tmp_path: Path) -> None:
    lines = "".join(json.dumps(case["order"]) + "\n" for case in CASES)
    with serving(tmp_path / "data") as url:
        done = orders("submit", "-", "--dry-run", "--json", stdin=lines, ORDERS_URL=url)
        told = orders("submit", "-", "--dry-run", stdin=lines, ORDERS_URL=url)
        listed = orders("list", "--json", ORDERS_URL=url).json()["orders"]

    assert (done.code, done.json()["valid"], done.json()["refused"]) == (1, len(ACCEPTED), len(REFUSED))
    assert told.stdout.splitlines()[0].split() == [str(len(ACCEPTED)), "valid"]
    assert listed == []
