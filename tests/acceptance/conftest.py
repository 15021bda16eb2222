"""The API as a shop and its customers use it: HTTP to a base URL, and nothing else.

`ORDERS_URL` (with `ORDERS_API_KEY` and `ORDERS_OPERATOR_TOKEN`) names a deployment to test. Without it every test runs
against both editions: a local server that is started here, and the whole stack deployed on an emulator of AWS.
"""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from tests.support.api import CALLS_OF_AN_EMULATOR, EDITIONS, Api, pool
from tests.support.servers import serving

NUMBERS = """
[numbers]
receipt = "R{year}-{number:06}"
credit_note = "C{year}-{number:06}"
"""


@pytest.fixture(scope="session", params=EDITIONS)
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    if request.param == "named":
        key, login = os.environ.get("ORDERS_API_KEY"), os.environ.get("ORDERS_OPERATOR_TOKEN")
        yield reachable(Api(os.environ["ORDERS_URL"].rstrip("/"), key, login=login))
    elif request.param == "AWS":
        deployment = request.getfixturevalue("deployment")
        certificate = str(deployment.emulator.certificate)
        yield Api(deployment.url, deployment.key, pool(certificate), deployment.operator_token, CALLS_OF_AN_EMULATOR)
    else:
        with serving(tmp_path_factory.mktemp("data")) as address:
            yield Api(address)


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server on this machine whose shop has numbers. What the two editions share is tried here, as it is fast."""
    folder = tmp_path_factory.mktemp("here")
    (folder / "shop.toml").write_text(NUMBERS)
    with serving(folder / "data", ORDERS_RECEIPT=str(folder / "shop.toml")) as address:
        yield Api(address, http=pool(most=64))


def reachable(api: Api) -> Api:
    """The deployment, if it answers at all: one sentence is better than fifty failures."""
    try:
        status = api.get("/orders/nobody").status
    except urllib3.exceptions.HTTPError as error:
        pytest.exit(f"Nobody answers at {api.url}: {error}. Is ORDERS_URL right?", returncode=2)
    if status != 404:
        pytest.exit(f"{api.url} answers {status}, not 404. Are ORDERS_URL and ORDERS_API_KEY right?", returncode=2)
    return api


@pytest.fixture
def alice() -> dict[str, Any]:
    """Alice's order, under an id that no other test uses."""
    return {"orderId": f"alice-{uuid.uuid4()}", "customerName": "Alice"}
