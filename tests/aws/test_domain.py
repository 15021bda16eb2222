"""The deployed stack at a domain name: its address, its links, and the page's way to the API."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.aws.stack import change_stack
from tests.support.api import pool
from tests.support.deployment import Deployment
from tests.support.examples import ALICE
from tests.support.extent import ALL

DOMAIN, PAGE = "orders.casaluna.example", "office.casaluna.example"
ARN = "arn:aws:acm:{}:000000000000:certificate/1d3e0ab1"
CHOSEN = {
    "DomainName": DOMAIN,
    "CertificateArn": ARN.format("eu-west-1"),
    "DomainBasePath": "shop",
    "ExecuteApiEndpoint": "keep",  # on the emulator a stack whose API changes gets another API
    "PageDomainName": PAGE,
    "PageCertificateArn": ARN.format("us-east-1"),
}


@pytest.fixture
def outputs(deployment: Deployment) -> Iterator[dict[str, str]]:
    """What the stack says of its addresses once it has domain names."""
    change_stack(**CHOSEN)
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="orders-dev")["Stacks"]
    yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    change_stack(**dict.fromkeys(CHOSEN, "") | {"ExecuteApiEndpoint": "close"})


@pytest.mark.skipif(
    not ALL, reason="it deploys the stack twice; tests/infrastructure/test_domains.py looks at the template"
)
def test_orders_are_posted_to_the_domain_name_and_links_begin_with_it(
    deployment: Deployment, outputs: dict[str, str], order_id: str
):
    http, url = pool(str(deployment.emulator.certificate)), deployment.emulator.url

    def ask(method: str, path: str, **more: Any) -> Any:
        headers = {"Host": DOMAIN, "x-api-key": deployment.key, "Content-Type": "application/json"}
        return http.request(method, url + path, headers=headers, redirect=False, **more)

    posted = ask("POST", "/shop/orders", body=json.dumps(ALICE | {"orderId": order_id}))
    link = posted.json()["receiptUrl"]
    client = boto3.client("cognito-idp").describe_user_pool_client(
        UserPoolId=outputs["OperatorPoolId"], ClientId=outputs["PageClientId"]
    )["UserPoolClient"]

    assert posted.status == 202
    assert link.startswith(f"https://{DOMAIN}/shop/receipt/{order_id}/")
    assert ask("GET", link.removeprefix(f"https://{DOMAIN}")).status in {202, 303}
    assert ask("GET", "/orders/12345").status in {403, 404}
    assert outputs["ApiUrl"] == f"https://{DOMAIN}/shop/"
    assert outputs["ApiDnsRecord"].startswith(f"{DOMAIN} CNAME ")
    assert outputs["PageDnsRecord"].startswith(f"{PAGE} CNAME ")
    assert client["CallbackURLs"] == client["LogoutURLs"] == [f"https://{PAGE}/"] == [outputs["PageUrl"]]
