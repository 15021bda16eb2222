"""`make smoke`, as far as the emulator can answer: each difference is known, and the report is fit to be shown."""

import re
from urllib.parse import urlsplit

import pytest
import smoke.run
import urllib3
from smoke.report import WIDTH, Outcome, Result, public
from smoke.target import Target
from stage import Stage
from tests.support.api import on_this_machine, pool
from tests.support.deployment import Deployment, attempt
from tests.support.examples import ROOT

DIFFERENT_HERE = {
    "A request without a key gets the template's answer, with its headers": "API Gateway's own words, without headers",
    "An unknown path gets 404": "403, in API Gateway's own words",
    "An unknown path with a login gets 404, too, and the answer does not repeat the login": "403, in its own words",
    "A request without a login gets the template's answer": "401, in API Gateway's own words",
    "An altered login is refused": "401, in API Gateway's own words",
    "API Gateway accepts only TLS 1.2 and newer for the API": "no policy is kept",
    "A request's id is in the access log and in the function's log": "nothing is written to the access log",
    "SweepOrders runs each minute": "Lambda's runs are not counted",
    "A signature older than five minutes is refused, whatever its own expiry": "s3:signatureAge is not read",
    "The bucket refuses requests without TLS": "nobody answers without TLS",
    "The orders' table can be restored to any second, and feeds its stream": "its backups are not described",
    "Counts of minutes expire by themselves": "their expiry is not described",
    "The page redirects http to https": "there is no such name",
    "Below /api at the page is the API, with its login": "no header says which login",
    "Cognito shows its sign-in page to the page's client": "there is no such name",
}
"""Each check that the emulator answers in another way than AWS, and in which way."""


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

    assert found.keys() == DIFFERENT_HERE.keys(), found


def test_the_report_can_be_shown_to_anybody(results: list[Result], target: Target):
    report = "\n".join(map(str, results))

    assert max(map(len, report.splitlines())) <= WIDTH
    for secret in (target.key, target.token, target.url, target.outputs["OperatorPoolId"]):
        assert secret
        assert secret not in report
    assert not re.search(r"\d{12}|@|https?:", report)


def test_the_report_hides_the_host_that_an_error_quotes():
    error = "HTTPSConnection(host='d1a2.cloudfront.net', port=443): Failed to resolve 'orders.casaluna.example'"

    assert public(error) == "HTTPSConnection(host=(host), port=443): Failed to resolve (host)"


def test_the_guides_checklist_is_made_of_these_checks():
    guide = " ".join((ROOT / "docs" / "aws.md").read_text(encoding="utf-8").split())

    assert [check.says for check in smoke.run.checks() if check.says not in guide] == []


def test_a_stage_that_is_not_deployed_is_named(deployment: Deployment):
    done = attempt("smoke", deployment.emulator, STAGE="prod")

    assert done.returncode
    assert "orders is not deployed" in done.stderr
