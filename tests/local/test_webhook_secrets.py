"""No secret, no token in an endpoint's address and no answer of an endpoint is in a log or a metric."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import SECONDS_TO_COMPLETE, Api
from tests.support.receivers import Receiver, receiving
from tests.support.servers import serving

TOKEN = "XanaduToken4711"
"""In the path or the query of every address, and in what a call has wrong."""
WEBHOOKS = "/operations/webhooks"


def test_no_log_and_no_metric_has_a_secret_a_token_or_an_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    data, good, broken = tmp_path / "data", Receiver(), Receiver(status=500)
    with receiving(good, broken), serving(data) as address:
        api = Api(address)
        secrets = everything(api, [f"{good.url}/{TOKEN}", f"{broken.url}?key={TOKEN}"])
        metrics = api.get("/metrics").content.decode()
    logged = capfd.readouterr()

    everywhere = logged.out + logged.err + metrics + (data / "audit.log").read_text()
    assert "action=rotate-webhook webhook=we_" in everywhere
    assert f'to="{good.url.removesuffix("/hook")}" status=201' in everywhere
    assert "PATCH /operations/webhooks/{webhookId}" in everywhere
    assert len(secrets) == 4
    for secret in secrets:
        assert secret.removeprefix("whsec_") not in everywhere
    assert TOKEN not in everywhere
    assert "said" not in everywhere  # what the broken receiver answers


def everything(api: Api, urls: list[str]) -> list[str]:
    """Add endpoints, change, rotate, test and replay them, each rightly and wrongly. Returns all secrets."""
    api.post_order({"orderId": "7", "customerName": "Alice"})
    api.signed_link("7")
    event_id = api.get("/events").body["events"][0]["id"]
    secrets = []
    for url in urls:
        made = send(api, "POST", WEBHOOKS, {"url": url}).body
        path = f"{WEBHOOKS}/{made['id']}"
        secrets += [made["secret"], api.request("POST", f"{path}/rotate").body["secret"]]
        send(api, "POST", f"{path}/replay", {"eventId": event_id})
        attempted(api, f"{path}/deliveries/{event_id}")
        attempted(api, f"{path}/deliveries/{api.request('POST', f'{path}/test').body['eventId']}")
        for body in (
            {"url": f"http://10.0.0.1/{TOKEN}"},
            {"url": f"{url}#{TOKEN}"},
            {TOKEN: TOKEN},
            {"types": [TOKEN]},
        ):
            assert send(api, "PATCH", path, body).status == 422
            assert send(api, "POST", WEBHOOKS, body).status == 422
        api.get(f"{WEBHOOKS}/{TOKEN}")
        api.get(f"{path}/deliveries?cursor={TOKEN}")
        api.get(f"/events?after={TOKEN}&types={TOKEN}")
        send(api, "PATCH", path, {"status": "DISABLED"})
        api.request("DELETE", path)
    return secrets


def send(api: Api, method: str, path: str, body: object) -> Any:
    return api.request(method, path, json.dumps(body), Content_Type="application/json")


def attempted(api: Api, path: str) -> None:
    """Wait until the delivery was tried."""
    end = time.monotonic() + SECONDS_TO_COMPLETE
    while (found := api.get(path).body)["attempts"] == 0 and time.monotonic() < end:
        time.sleep(0.05)  # nothing but another request can tell
    assert found["attempts"], found
