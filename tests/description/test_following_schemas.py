"""`schema/refund.json` and `schema/correction.json` agree with the API, as far as JSON Schema can say it."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from tests.support.examples import ROOT

from orders.order import validation
from orders.order.errors import InvalidOrder

SCHEMAS: dict[str, dict[str, Any]] = {
    name: json.loads((ROOT / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("refund", "correction")
}
PARSERS: dict[str, tuple[Callable[[object], object], str]] = {
    "refund": (validation.parse_refund, "refundId"),
    "correction": (validation.parse_correction, "correctionId"),
}
CASH = {"method": "cash", "amount": "5.00"}
REFUNDS: list[Any] = [
    {},
    {"refundId": "r-1", "reason": "Broken handle"},
    {"lines": [{"item": 1}, {"item": 2, "quantity": 1}, {"item": 3, "quantity": "0.25"}, {"item": 4, "amount": "1"}]},
    {"lines": [{"charge": 1}, {"charge": 2, "amount": "4.90"}]},
    {"lines": [{"item": 1, "charge": None, "quantity": None, "amount": " "}], "amount": None},
    {"amount": "5.00", "lines": []},
    {"payments": [CASH | {"paidAt": "2026-11-25T21:14:03+01:00"}], "refundedAt": "2026-11-25T21:14:03+01:00"},
    dict.fromkeys(("reason", "refundedAt"), ""),
    *({"refundId": each} for each in ("a", "A-b_c.9", "x" * 64)),
]
NO_REFUNDS: list[Any] = [
    [], "refund", None,
    *({"refundId": each} for each in ("", "a/b", ".", "..", "x" * 65, 5, None)),
    *({"lines": [each]} for each in ({}, {"item": 1, "charge": 1}, {"item": 0}, {"item": "1"}, {"item": 1.5}, 1)),
    {"lines": [{"charge": 1, "quantity": 1}]},
    {"lines": [{"item": 1, "quantity": 1, "amount": "1"}]},
    *({"lines": [{"item": 1, "quantity": each}]} for each in (0, -1, "1e3", 1.5)),
    *({"amount": each} for each in ("-1", "1,50", 5, "", " ")),
    {"lines": [{"item": 1}], "amount": "5"},
    {"items": []},
    {"payments": [CASH | {"method": "Cash"}]},
    {"refundedAt": "2026-11-25"},
]  # fmt: skip
CORRECTIONS: list[Any] = [
    {"customerName": "Zoé"},
    {"correctionId": "c-1", "customerEmail": "zoe@example.com"},
    {"customerAddress": {"lines": ["Storgatan 1"], "country": "SE"}, "customerName": None},
    {"customerCompany": "Å AB", "customerTaxId": "SE556677889901", "customerReference": "PO 4711"},
]
NO_CORRECTIONS: list[Any] = [
    {}, [], {"correctionId": "c-1"}, {"customerName": " "}, {"customerName": "A\nB"}, {"customerEmail": "nobody"},
    {"customerName": "Zoé", "items": []}, {"customerName": "Zoé", "correctionId": "a/b"}, {"customerName": None},
    {"customerName": "Zoé", "customerAddress": "Berlin"},
]  # fmt: skip
GOOD = [*(("refund", each) for each in REFUNDS), *(("correction", each) for each in CORRECTIONS)]
BAD = [*(("refund", each) for each in NO_REFUNDS), *(("correction", each) for each in NO_CORRECTIONS)]


def valid(name: str, document: Any) -> list[bool]:
    """As Python's and as ECMA's patterns have it."""
    return [
        jsonschema.Draft202012Validator(SCHEMAS[name]).is_valid(document),
        jsonschema_rs.validator_for(SCHEMAS[name]).is_valid(document),
    ]


def is_accepted(name: str, document: Any) -> bool:
    parse, made = PARSERS[name]
    try:
        parse({made: "made-up"} | document if isinstance(document, dict) else document)
    except InvalidOrder:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "document"), [*GOOD, *((name, each) for name in SCHEMAS for each in SCHEMAS[name]["examples"])]
)
def test_every_body_that_the_api_accepts_is_valid(name: str, document: Any):
    assert is_accepted(name, document)
    assert valid(name, document) == [True, True]


@pytest.mark.parametrize(("name", "document"), BAD, ids=lambda each: ascii(each)[-50:])
def test_what_the_api_refuses_is_not_valid(name: str, document: Any):
    assert not is_accepted(name, document)
    assert valid(name, document) == [False, False]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_it_is_a_json_schema_of_2020_without_an_address_of_its_own(schema: dict[str, Any]):
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema
