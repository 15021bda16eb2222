"""Whatever is sent, in whatever order: the API answers as its description says.

Schemathesis makes the requests up from the OpenAPI document, those that it allows and those that it does not, and holds
every answer against it: its status, its headers, its fields, which problem it tells of.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import EDITIONS, Api, on_this_machine
from tests.support.examples import ROOT
from tests.support.extent import ALL
from tests.support.servers import clean_environment

from orders.api.openapi.generated import DOCUMENT
from orders.api.openapi.routes import ROUTES

PROGRAM = ROOT / ".venv" / "schemathesis" / "bin" / "schemathesis"
TO_THE_RECEIPT = {
    "operationId": "openReceipt",
    "parameters": {
        "orderId": "$response.body#/orderId",
        "receiptToken": "$response.body#/receiptUrl#regex:/([^/]+)$",
    },
}
"""How the customer's token is had: as no link of OpenAPI's can say it, but one of Schemathesis can."""
TWINS = "Correct|correct|CreditNote|refundOrder|(get|show|retry)Refund|tDocuments|exportRegister|listEvents|showEvent"
"""The names of operations that have a twin for orders, or for refunds."""
SETTINGS = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.skipif(EDITIONS == ["named"], reason="it cancels orders that it finds: not where they are real")
def test_every_answer_is_as_described(api: Api, tmp_path: Path):
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(as_found_at(api)))
    done = subprocess.run(
        [
            PROGRAM, "--config-file", SETTINGS, "run", document, *target(api), *credentials(api), "--checks", "all",
            "--exclude-checks", "ensure_resource_availability",  # a dry run is answered by 200, and creates nothing
            "--max-examples", examples(api), "--generation-deterministic", "--continue-on-failure", "--no-color",
            *twins(api),
        ],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    selected = [route for route in ROUTES if not (twins(api) and re.search(TWINS, route.name))]
    assert f"{len(selected)} selected / {len(ROUTES)} total" in done.stdout


@pytest.mark.parametrize("path", ["/orders/", "/orders/%2F", "/orders/%00", "/orders/%zz", "/orders/a/b", "//orders"])
def test_what_is_no_address_leads_nowhere(api: Api, path: str):
    reply = api.get(path)

    assert 400 <= reply.status < 500
    assert reply.problem in {"not-found", "unknown-order", "method-not-allowed"}


def as_found_at(api: Api) -> dict[str, Any]:
    """The description, strict, less what this API is known to do otherwise."""
    document = strict()
    if api.key is None:  # on loopback nobody is asked for one
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["security"] = []
    return document


def strict() -> dict[str, Any]:
    """The description with no fields but those that it names, and few currencies to post: one is as good as another."""
    document: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    schemas["ToPost"] = json.loads(json.dumps(schemas["PostedOrder"]))
    schemas["ToPost"]["properties"]["currency"]["enum"] = ["EUR", "JPY", "KWD", None]
    post = document["paths"]["/orders"]["post"]
    post["requestBody"]["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/ToPost"
    post["responses"]["202"]["links"] = {"customer": TO_THE_RECEIPT}
    return document


def target(api: Api) -> list[str]:
    """The API's address, and the emulator's own certificate."""
    url, host = on_this_machine(api.url)
    certificate = api.http.connection_pool_kw.get("ca_certs")
    return ["--url", url, "--header", f"Host: {host}", *(["--tls-verify", certificate] if certificate else [])]


def credentials(api: Api) -> list[str]:
    headers = {"x-api-key": api.key, "Authorization": api.login and f"Bearer {api.login}"}
    return [part for name, value in headers.items() if value for part in ("--header", f"{name}: {value}")]


def twins(api: Api) -> list[str]:
    """On the emulator, which is slow, these are left out: the functions that answer are those of the other edition."""
    return ["--exclude-operation-id-regex", TWINS] if is_emulated(api) and not ALL else []


def examples(api: Api) -> str:
    """How many for each operation. The emulator is slow, and its functions are those of the other edition."""
    if is_emulated(api):
        return "4" if ALL else "2"
    return "10" if ALL else "3"


def is_emulated(api: Api) -> bool:
    return ".localhost:" in api.url
