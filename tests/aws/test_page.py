"""The operators' page of the deployed stack: served by CloudFront beside the API, opened by Cognito."""

import base64
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import deleting
import hosting
import pytest
import urllib3
from stage import Stage
from tests.support.api import pool
from tests.support.deployment import Deployment, let_in
from tests.support.examples import ALICE
from tests.support.resources import new_bucket

pytestmark = pytest.mark.skipif(not shutil.which("npm"), reason="the page is built with Node.js")

PLAIN = "orders-plain"
CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True)
class Browser:
    """Asks the emulator as it would ask AWS, by the names of its hosts."""

    http: urllib3.PoolManager
    url: str
    host: str

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, scheme: str = "https", **headers: str
    ) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        all_headers = {"Host": self.host, "X-Forwarded-Proto": scheme} | named
        return self.http.request(method, self.url + path, body=body, headers=all_headers, redirect=False)


@pytest.fixture
def at_page(deployment: Deployment) -> Browser:
    return browser(deployment, deployment.outputs["PageUrl"])


@pytest.fixture
def at_login(deployment: Deployment) -> Browser:
    return browser(deployment, deployment.outputs["LoginDomain"])


def browser(deployment: Deployment, url: str) -> Browser:
    emulator = deployment.emulator
    return Browser(pool(str(emulator.certificate)), emulator.url, urlsplit(url).netloc)


def test_the_deployment_says_where_the_page_is(deployment: Deployment):
    assert f"The operators' page is at {deployment.outputs['PageUrl']}" in deployment.summary


def test_the_page_is_there_and_lets_nothing_in_from_elsewhere(at_page: Browser, deployment: Deployment):
    answer = at_page.ask("/")
    policy = answer.headers["Content-Security-Policy"]

    assert (answer.status, answer.data) == (200, (hosting.FOLDER / hosting.INDEX).read_bytes())
    assert answer.headers["Content-Type"] == "text/html"
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert f"connect-src 'self' {deployment.outputs['LoginDomain']};" in policy
    assert f"frame-src https://{deployment.outputs['BucketName']}.s3.eu-west-1.amazonaws.com;" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_page_learns_where_its_api_is_and_how_one_signs_in(at_page: Browser, deployment: Deployment):
    answer = at_page.ask("/config.json")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "api": "/api",
        "login": {"domain": deployment.outputs["LoginDomain"], "clientId": deployment.outputs["PageClientId"]},
    }


def test_only_what_changes_its_name_is_kept(at_page: Browser):
    scripts = re.findall(r'src="\./(assets/[^"]+\.js)"', at_page.ask("/").data.decode())

    for name in ("", "index.html", "config.json", "theme.js"):
        assert at_page.ask(f"/{name}").headers["Cache-Control"] == "no-cache"
    assert scripts
    for name in scripts:
        answer = at_page.ask(f"/{name}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert "javascript" in answer.headers["Content-Type"]


def test_the_files_are_shown_by_the_distribution_only(deployment: Deployment):
    http = pool(str(deployment.emulator.certificate))
    bucket = f"{deployment.emulator.url}/{deployment.outputs['PageBucketName']}"

    assert http.request("GET", f"{bucket}/index.html").status == 403
    assert http.request("GET", bucket).status == 403


def test_plain_http_is_redirected_but_for_the_api(at_page: Browser):
    assert (at_page.ask("/", scheme="http").status, at_page.ask("/api/docs", scheme="http").status) == (301, 403)
    assert at_page.ask("/", scheme="http").headers["Location"] == f"https://{at_page.host}/"


def test_the_api_is_at_the_pages_address(at_page: Browser, deployment: Deployment, order_id: str):
    name = f"Zoë {order_id} & Söhne"
    order = json.dumps(ALICE | {"orderId": order_id, "customerName": name})
    posted = at_page.ask("/api/orders", "POST", order, content_type="application/json", x_api_key=deployment.key)
    login = f"Bearer {deployment.operator_token}"
    shown = at_page.ask(f"/api/operations/orders/{order_id}", authorization=login)
    found = at_page.ask(f"/api/operations/orders?{urlencode({'q': name})}", authorization=login)

    assert posted.status == 202
    assert shown.json()["orderId"] == order_id
    assert [order["orderId"] for order in found.json()["orders"]] == [order_id]
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert at_page.ask("/api/operations/summary").status == 401


def test_an_operator_signs_in_with_a_code_and_a_proof(
    at_page: Browser, at_login: Browser, deployment: Deployment, order_id: str
):
    """As dashboard/src/signin does it."""
    name, proof = f"operator-{order_id}", secrets.token_urlsafe(32)
    password = let_in(deployment.outputs["OperatorPoolId"], name)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(proof.encode()).digest()).rstrip(b"=").decode()
    departure = {
        "response_type": "code",
        "client_id": deployment.outputs["PageClientId"],
        "redirect_uri": deployment.outputs["PageUrl"],
        "scope": "openid",
        "state": "here",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert at_login.ask(f"/oauth2/authorize?{urlencode(departure)}").status == 200
    back = post(at_login, "/login", departure | {"username": name, "password": password}).headers["Location"]
    (code,) = parse_qs(urlsplit(back).query)["code"]
    grant = {"grant_type": "authorization_code", "code": code} | {
        key: departure[key] for key in ("redirect_uri", "client_id")
    }

    assert back.startswith(f"{deployment.outputs['PageUrl']}?")
    assert post(at_login, "/oauth2/token", grant | {"code_verifier": "another"}).status == 400
    tokens = post(at_login, "/oauth2/token", grant | {"code_verifier": proof}).json()
    renewal = {"grant_type": "refresh_token", "client_id": departure["client_id"]}
    renewed = post(at_login, "/oauth2/token", renewal | {"refresh_token": tokens["refresh_token"]}).json()
    for token in (tokens["id_token"], renewed["id_token"]):
        assert at_page.ask("/api/operations/summary", authorization=f"Bearer {token}").status == 200


def test_who_signs_out_is_back_at_the_page(at_login: Browser, deployment: Deployment):
    query = {"client_id": deployment.outputs["PageClientId"], "logout_uri": deployment.outputs["PageUrl"]}
    answer = at_login.ask(f"/logout?{urlencode(query)}")

    assert (answer.status, answer.headers["Location"]) == (302, deployment.outputs["PageUrl"])


def test_nobody_is_sent_back_to_another_address(at_login: Browser, deployment: Deployment):
    query = {"response_type": "code", "client_id": deployment.outputs["PageClientId"], "scope": "openid"}
    answer = at_login.ask(f"/oauth2/authorize?{urlencode(query | {'redirect_uri': 'https://elsewhere.example/'})}")

    assert answer.status == 400


def post(at: Browser, path: str, form: dict[str, str]) -> urllib3.BaseHTTPResponse:
    return at.ask(path, "POST", urlencode(form), content_type="application/x-www-form-urlencoded")


@pytest.fixture
def other_builds(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """Puts up a page of these files, at times that tell one build from the other; in the end the true one is back."""
    monkeypatch.setattr("hosting.LONGEST_UPLOAD", timedelta(seconds=0.5))

    def put_up(*names: str) -> None:
        folder = tmp_path / secrets.token_hex(4)
        for name in (hosting.INDEX, *names):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("hosting.FOLDER", folder)
            hosting.publish(deployment.outputs)
        time.sleep(3.1)  # S3 tells time in seconds

    yield put_up
    hosting.publish(deployment.outputs)


def test_the_files_of_the_build_before_stay_for_who_has_the_page_open(
    other_builds: Callable[..., None], deployment: Deployment
):
    def there() -> set[str]:
        listed = boto3.client("s3").list_objects_v2(Bucket=deployment.outputs["PageBucketName"])["Contents"]
        return {file["Key"] for file in listed if "build" in file["Key"]}

    other_builds("assets/build-1.js")
    other_builds("assets/build-2.js")
    assert there() == {"assets/build-1.js", "assets/build-2.js"}
    other_builds("assets/build-3.js")
    assert there() == {"assets/build-2.js", "assets/build-3.js"}


@pytest.fixture
def without_page(deployment: Deployment) -> Iterator[Stage]:
    """The template of the deployed stack once more, for operators who have the API only."""
    stage, cloudformation = Stage("dev", PLAIN, careful=False), boto3.client("cloudformation")
    template, bucket = cloudformation.get_template(StackName="orders-dev")["TemplateBody"], new_bucket()
    boto3.client("s3").put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template).encode())
    cloudformation.create_stack(
        StackName=stage.stack,
        TemplateURL=f"{deployment.emulator.url}/{bucket}/template.json",
        Capabilities=CAPABILITIES,
        Parameters=parameters(DeletionProtection="false", ApiGatewayAccountRole="keep", OperatorsPage="none"),
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stage.stack, WaiterConfig={"Delay": 1})
    yield stage
    held = deleting.held_data(stage)
    cloudformation.delete_stack(StackName=stage.stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stage.stack, WaiterConfig={"Delay": 1})
    deleting.delete_data(held)


def change(stage: Stage, **changed: str) -> None:
    cloudformation = boto3.client("cloudformation")
    kept = parameters(DeletionProtection="false", ApiGatewayAccountRole="keep")
    cloudformation.update_stack(
        StackName=stage.stack,
        UsePreviousTemplate=True,
        Capabilities=CAPABILITIES,
        Parameters=[*kept, *parameters(**changed)],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stage.stack, WaiterConfig={"Delay": 1})


def parameters(**values: str) -> list[Any]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def test_a_stack_may_do_without_the_page_and_what_is_left_of_it_is_removed(
    without_page: Stage,
):
    hosting.publish(without_page.outputs())
    assert hosting.bucket_of(without_page) is None
    assert "no operators' page" in hosting.summary(without_page.outputs())
    assert client_names(without_page) == {"OperatorClient"}

    change(without_page, OperatorsPage="create")
    hosting.publish(without_page.outputs())
    bucket = hosting.bucket_of(without_page)
    assert client_names(without_page) == {"OperatorClient", "PageClient"}
    assert bucket == without_page.outputs()["PageBucketName"]

    change(without_page, OperatorsPage="none")
    assert "PageUrl" not in without_page.outputs()
    hosting.remove(bucket)
    hosting.remove(bucket)
    assert bucket not in {each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]}


def client_names(stage: Stage) -> set[str]:
    """By which clients of the pool one may log in, as the template calls them."""
    described = boto3.client("cloudformation").describe_stack_resources(StackName=stage.stack)["StackResources"]
    there = boto3.client("cognito-idp").list_user_pool_clients(UserPoolId=stage.outputs()["OperatorPoolId"])
    ids = {client["ClientId"] for client in there["UserPoolClients"]}
    return {each["LogicalResourceId"] for each in described if each["PhysicalResourceId"] in ids}


@pytest.mark.parametrize(("said", "wanted"), [("none", False), ("create", True), (None, True)])
def test_a_stage_says_whether_it_wants_the_page(said: str | None, wanted: bool):
    parameters = {"OperatorsPage": said} if said else {}

    assert hosting.is_wanted(Stage("dev", "orders-dev", careful=False, parameters=parameters)) is wanted


def test_both_stages_have_the_page_unless_somebody_says_otherwise():
    for name in ("dev", "prod"):
        assert Stage.named(name).parameters["OperatorsPage"] == "create"


def test_where_the_page_could_not_be_built_its_address_is_not_shown(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hosting.FOLDER", tmp_path)
    hosting.publish(deployment.outputs)  # leaves the page that is there

    assert "Node.js" in hosting.summary(deployment.outputs)
    assert deployment.outputs["PageUrl"] not in hosting.summary(deployment.outputs)
