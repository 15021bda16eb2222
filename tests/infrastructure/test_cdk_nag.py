"""What cdk-nag's packs AwsSolutions and Serverless find in the template: nothing that is not argued."""

import json
import subprocess
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
from tests.support.examples import ROOT
from tests.support.second_opinions import NPM, needs_node
from tests.support.translated import translated

pytestmark = needs_node


@dataclass(frozen=True, order=True)
class Finding:
    rule: str
    resource: str


@dataclass(frozen=True)
class Argued:
    """`resource` is a name or a pattern of names."""

    rule: str
    resource: str
    why: str

    def covers(self, finding: Finding) -> bool:
        return finding.rule == self.rule and fnmatchcase(finding.resource, self.resource)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[Finding]:
    """cdk-nag exits with 0 whatever it finds, so its report is read."""
    template = tmp_path_factory.mktemp("nag") / "template.json"
    template.write_text(json.dumps(translated()))
    return findings(template)


def findings(template: Path) -> set[Finding]:
    command = ["node", str(NPM / "nag.cjs"), str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        Finding(violation["ruleName"], resource["constructPath"].rpartition("/")[2])
        for violation in json.loads(done.stdout)
        for resource in violation["violatingResources"]
    }


@cache
def argued() -> list[Argued]:
    document = tomllib.loads((ROOT / "tests" / "infrastructure" / "argued.toml").read_text(encoding="utf-8"))
    return [
        Argued(finding["rule"], resource, finding["why"])
        for finding in document["finding"]
        for resource in finding["resources"]
    ]


def test_each_finding_is_argued(found: set[Finding]):
    assert sorted(finding for finding in found if not any(each.covers(finding) for each in argued())) == []


def test_each_argument_is_about_a_finding(found: set[Finding]):
    assert [each for each in argued() if not any(each.covers(finding) for finding in found)] == []


def test_each_argument_is_one_line():
    assert [each.rule for each in argued() if "\n" in each.why or not each.why.endswith(".")] == []


def test_a_fault_in_the_template_is_found(tmp_path: Path):
    """So that a silent cdk-nag, or a report in another form, is noticed."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "open"}}
    template = tmp_path / "template.json"
    template.write_text(json.dumps({"Resources": {"Open": queue}}))

    assert Finding("AwsSolutions-SQS4", "Open") in findings(template)


def test_the_lock_of_its_packages_names_no_host():
    assert "://" not in (NPM / "package-lock.json").read_text(encoding="utf-8")
