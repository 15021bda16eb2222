"""`make smoke`, as far as the emulator can answer: each difference is known, and the report is fit to be shown."""

import re
from urllib.parse import urlsplit

import pytest
import smoke.run
import urllib3
from smoke import functions
from smoke.checks import Check
from smoke.report import WIDTH, Outcome, Result
from smoke.target import Target
from stage import Stage
from tests.support.api import on_this_machine, pool
from tests.support.deployment import Deployment, attempt
from tests.support.examples import ROOT

DIFFERENT_HERE = {
    "API Gateway accepts only TLS 1.2 and newer for the API": "no policy is kept",
    "A request's id is in the access log and in the function's log": "answers have no such id",
    "A signature older than five minutes is refused, whatever its own expiry": "s3:signatureAge is not read",
    "The bucket refuses requests without TLS": "nobody answers without TLS",
    "The orders' table can be restored to any second, and feeds its stream": "its backups are not described",
    "Counts of minutes expire by themselves": "their expiry is not described",
    "The page redirects http to https": "there is no such name",
    "Cognito shows its sign-in page to the page's client": "there is no such name",
}
"""Each check that the emulator answers in another way than AWS, and in which way."""
BY_WHAT_RAN_BEFORE = {
    "SweepOrders runs each minute": "a run is counted only after a minute",
    "An e-mail that comes back is noted with its order": "SES reports nothing; not asked without a sender",
    "The address for alarms has confirmed that it wants them": "nobody opens a link; not asked without an address",
}
"""Each check that may differ, by what the stack's other tests have set up."""


@pytest.fixture(scope="module")
def target(deployment: Deployment) -> Target:
    http, page = pool(str(deployment.emulator.certificate)), urlsplit(deployment.outputs["PageUrl"]).netloc

    def send(method: str, url: str, headers: dict[str, str], **rest: object) -> urllib3.BaseHTTPResponse:
        """CloudFront's name is the emulator's here, as are those below localhost."""
        host = urlsplit(url).netloc
        target, named = (url, page) if host == page else on_this_machine(url)
        target = target.replace(f"https://{page}", deployment.emulator.url)
        return http.request(method, target, headers=headers | {"Host": named}, **rest)  # type: ignore[arg-type]

    stage = Stage.named("dev")
    return Target(stage, deployment.url, deployment.key, deployment.operator_token, stage.outputs(), send, seconds=4)


@pytest.fixture(scope="module")
def results(target: Target) -> list[Result]:
    return list(smoke.run.results_of(smoke.run.checks(), target))


def test_everything_is_as_expected_but_for_what_the_emulator_does_differently(results: list[Result]):
    found = {result.says: result.seen for result in results if result.outcome is Outcome.DIFFERS}

    assert found.keys() - BY_WHAT_RAN_BEFORE.keys() == DIFFERENT_HERE.keys(), found


def test_the_report_can_be_shown_to_anybody(results: list[Result], target: Target):
    report = "\n".join(map(str, results))

    assert max(map(len, report.splitlines())) <= WIDTH
    for secret in (target.key, target.token, target.url, target.outputs["OperatorPoolId"]):
        assert secret
        assert secret not in report
    assert not re.search(r"\d{12}|@|https?:", report)


def test_an_error_of_the_network_names_no_host_and_no_link(target: Target):
    def fails(it: Target) -> str:
        host, bucket = urlsplit(it.url).netloc, it.outputs["BucketName"]
        raise OSError(f"HTTPSConnection(host='{host}'): /receipt/12345/q3Zb0mJ2XkG8vT1cYw5RdA, key {it.key}, {bucket}")

    seen = smoke.run.result_of(Check("It works", "200", fails), target).seen
    assert seen == "OSError: HTTPSConnection(host='(private)'): (URL) key (private), (private)"


def test_a_request_is_followed_by_the_id_that_its_caller_can_not_choose(monkeypatch: pytest.MonkeyPatch):
    """The logs have no other, and the emulator has none."""
    answer = urllib3.HTTPResponse(headers={"x-amz-apigw-id": "Zk2RmFOuDoEEcHg=", "x-amzn-requestid": "chosen"})
    monkeypatch.setattr(Target, "order_id", "12345")
    monkeypatch.setattr(Target, "as_shop", lambda *_: answer)
    monkeypatch.setattr(Target, "log_has", lambda _, _group, word: word == "Zk2RmFOuDoEEcHg=")

    assert functions.request_id(Target(Stage("x", "x", careful=False), "https://x.example", "k", None, {})) == "in both"


def test_of_acceptance_tests_that_failed_the_report_has_the_names_only():
    output = """
FAILED tests/acceptance/test_orders.py::test_a_key_is_needed[x-api-key: s3cr3t] - AssertionError: assert 's3cr3t' == ''
FAILED tests/acceptance/test_orders.py::test_a_key_is_needed[other] - assert False
ERROR tests/acceptance/test_links.py - httpx.ConnectError: https://orders.casaluna.example/v1
2 failed, 510 passed, 1 error in 63.02s
"""
    assert smoke.run.names_of_failed(output) == [
        "ERROR tests/acceptance/test_links.py",
        "FAILED tests/acceptance/test_orders.py::test_a_key_is_needed",
    ]


def test_acceptance_tests_that_can_not_run_do_not_pass(target: Target, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ARGS", "--no-such-option")
    monkeypatch.setenv("COLUMNS", "80")
    said, passed = smoke.run.accepted(target)

    assert (passed, target.key in said) == (False, False)


def test_the_guides_checklist_is_made_of_these_checks():
    guide = " ".join((ROOT / "docs" / "aws.md").read_text(encoding="utf-8").split())

    assert [check.says for check in smoke.run.checks() if check.says not in guide] == []


def test_a_stage_that_is_not_deployed_is_named(deployment: Deployment):
    done = attempt("smoke", deployment.emulator, STAGE="prod")

    assert done.returncode
    assert "orders is not deployed" in done.stderr
