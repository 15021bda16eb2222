"""How the stack is deployed: checked by `sam`, repeated after a failure, replaced gradually, rolled back."""

import json
import re
import subprocess
import tomllib

import pytest
from stage import TOOLS, overrides
from tests.support.conditions import Choice
from tests.support.examples import ROOT
from tests.support.servers import clean_environment
from tests.support.translated import PYTHON, allowed, resources, translated

GRADUALLY = "Canary10Percent5Minutes"
FUNCTIONS = sorted(resources("AWS::Lambda::Function"))
MOVED_GRADUALLY = [name for name in FUNCTIONS if name != "CanaryFunction"]
CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())


def test_sams_own_check_finds_nothing():
    """Neither Docker nor credentials nor a network are needed."""
    environment = clean_environment() | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-west-1"}
    command = [str(TOOLS / "sam"), "validate", "--lint", "--template-file", str(ROOT / "template.yaml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "is a valid SAM Template" in done.stdout


def test_what_outlives_the_stack_does_not_outlive_a_first_deployment_that_fails():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""
    for name in ("OrderTable", "ReceiptBucket", "ReceiptBucketPolicy", "OperatorPool"):
        resource = translated()["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


EVERYTHING = {
    "AlarmEmail": "operations@casaluna.example", "MailSender": "receipts@casaluna.example", "MailIdentity": "domain",
    "Canary": "create", "WebAcl": "create", "BackupDays": "35", "ReceiptLock": "COMPLIANCE", "Tracing": "Active",
    "IndexShards": "32", "WarmReadUnits": "16000", "WarmWriteUnits": "32000", "DeletionProtection": "false",
    "DomainName": "orders.casaluna.example", "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    "TableGeneration": "2",
}  # fmt: skip


def creates_anew(kind: str) -> list[str]:
    """The properties of a type whose change makes CloudFormation replace the resource, as cfn-lint has them of AWS."""
    (schemas,) = PYTHON.parents[1].glob("lib/python3*/site-packages/cfnlint/data/schemas")
    name = json.loads((schemas / "providers" / "eu-west-1.json").read_text(encoding="utf-8"))[kind]
    schema = json.loads((schemas / "resources" / f"{name}.json").read_text(encoding="utf-8"))
    found: list[str] = schema.get("createOnlyProperties", [])
    return [path.rpartition("/")[2] for path in found]


@pytest.mark.parametrize("name", ["OrderTable", "CountTable", "ReceiptBucket", "OperatorPool", "OrderQueue", "ApiKey"])
def test_no_parameter_replaces_what_holds_orders_or_whom_others_know(name: str):
    """The bucket stays the same when its receipts are locked, and so does the table when it is warmed."""
    before, after = Choice.of().resources()[name], Choice.of(**EVERYTHING).resources()[name]

    for each in creates_anew(before["Type"]):
        assert before["Properties"].get(each) == after["Properties"].get(each), each


def test_all_at_once_takes_no_codedeploy():
    assert translated()["Parameters"]["DeploymentPreference"]["Default"] == "AllAtOnce"
    assert not [each for each in translated()["Resources"].values() if "CodeDeploy" in each["Type"]]
    assert not [each for each in translated()["Resources"].values() if "UpdatePolicy" in each]


def test_each_preference_of_the_parameter_is_one_of_the_mapping():
    parameter = translated()["Parameters"]["DeploymentPreference"]
    mapping = translated()["Mappings"]["Deployments"]

    assert parameter["AllowedValues"] == list(mapping)
    assert {name for name, each in mapping.items() if each["Gradual"] == "false"} == {"AllAtOnce"}


def test_a_gradual_deployment_moves_every_function_but_the_canary_by_codedeploy():
    found = translated(DeploymentPreference=GRADUALLY)["Resources"]
    for name in MOVED_GRADUALLY:
        group, alias = found[f"{name}DeploymentGroup"], found[f"{name}Aliaslive"]
        update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert update["DeploymentGroupName"] == {"Ref": f"{name}DeploymentGroup"}
        assert group.get("Condition") == found[name].get("Condition")
        assert group["Properties"]["ServiceRoleArn"] == {"Fn::GetAtt": ["DeploymentRole", "Arn"]}
        assert GRADUALLY in json.dumps(group["Properties"]["DeploymentConfigName"])
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["Properties"]["AutoRollbackConfiguration"]["Events"]
    assert "CodeDeployServiceRole" not in found  # SAM's own role may do more


def test_a_gradual_deployment_watches_the_errors_of_each_function():
    """Without an address there are no alarms, and nothing that could stop a deployment: a rule refuses that."""
    found = translated(DeploymentPreference=GRADUALLY)["Resources"]
    choice = Choice.of(AlarmEmail="operations@casaluna.example", MailSender="receipts@casaluna.example")
    for name in MOVED_GRADUALLY:
        configuration = choice.resolved(found[f"{name}DeploymentGroup"]["Properties"]["AlarmConfiguration"])
        alarm = f"{name.removesuffix('Function')}ErrorsAlarm"
        assert configuration == {"Enabled": True, "Alarms": [{"Name": {"Ref": alarm}}]}
        assert alarm in choice.resources()
    assert Choice.of(DeploymentPreference=GRADUALLY, AlarmEmail="operations@casaluna.example").refusals() == []
    (refusal,) = Choice.of(DeploymentPreference=GRADUALLY).refusals()
    assert "Set AlarmEmail, too" in refusal


def test_codedeploy_may_move_the_stacks_functions_and_look_at_its_alarms():
    """AWS's policy AWSCodeDeployRoleForLambda allows this on everything, and more that only hooks and triggers need:
    https://docs.aws.amazon.com/codedeploy/latest/userguide/managed-policies.html
    """
    moves = {"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"}
    looks = {(action, name) for action, name in allowed("DeploymentRole") if action not in moves}

    assert allowed("DeploymentRole") - looks == {(action, name) for action in moves for name in MOVED_GRADUALLY}
    assert [(action, name.endswith(":alarm:${AWS::StackName}-*")) for action, name in looks] == [
        ("cloudwatch:DescribeAlarms", True)
    ]


def test_old_versions_are_kept_to_go_back_to():
    """`make deploy` deletes those that nothing needs: SnapStart is charged for as long as a version exists."""
    versions = [each for each in translated()["Resources"].values() if each["Type"] == "AWS::Lambda::Version"]

    assert len(versions) == len(FUNCTIONS)
    assert {version["DeletionPolicy"] for version in versions} == {"Retain"}


@pytest.mark.parametrize("name", sorted(CONFIG.keys() - {"version"}))
def test_a_stage_puts_its_name_on_everything_and_sets_parameters_that_exist(name: str):
    deploy = CONFIG[name]["deploy"]["parameters"]

    assert deploy["tags"] == f"application=orders stage={name}"
    for parameter, value in overrides(deploy).items():
        described = translated()["Parameters"][parameter]
        assert value in described.get("AllowedValues", [value]) or int(value) in described["AllowedValues"]
        assert re.fullmatch(described.get("AllowedPattern", ".*"), value)
