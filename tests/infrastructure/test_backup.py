"""Backups in the template: a plan and a lock, each behind a parameter that is off."""

import re
from typing import Any

import pytest
from tests.support.conditions import Choice
from tests.support.translated import named_in, resources, the, translated

PLAN = ("BackupVault", "BackupPlan", "BackupSelection", "BackupRole")
NOTHING = {"Ref": "AWS::NoValue"}


def test_there_are_no_backups_and_no_lock_until_somebody_wants_them():
    """The point-in-time recovery of the tables that remain is always on."""
    parameters = translated()["Parameters"]

    assert (parameters["BackupDays"]["Default"], parameters["BackupCopyVault"]["Default"]) == (0, "")
    assert parameters["ReceiptLock"]["Default"] == "none"
    assert all(translated()["Resources"][name]["Condition"] == "BacksUp" for name in PLAN)
    for name in ("OrderTable", "EventTable"):
        recovery = resources("AWS::DynamoDB::Table")[name]["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_each_day_whatever_outlives_the_stack_is_backed_up_and_the_vault_outlives_it_too():
    """The events are, for the endpoints' secrets: whoever restores them begins with all endpoints disabled."""
    kept = {
        name
        for name, resource in translated()["Resources"].items()
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
        and resource.get("DeletionPolicy") == "RetainExceptOnCreate"
    }
    selection = the("AWS::Backup::BackupSelection")["BackupSelection"]
    (rule,) = the("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]

    assert kept == {"OrderTable", "EventTable", "ReceiptBucket"}
    assert set(named_in(selection["Resources"])) == kept
    assert rule["ScheduleExpression"] == "cron(15 3 * * ? *)"
    assert rule["Lifecycle"] == {"DeleteAfterDays": {"Ref": "BackupDays"}}
    assert translated()["Resources"]["BackupVault"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_backups_go_to_another_region_if_its_vault_is_named():
    (rule,) = the("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    condition, (copy,), otherwise = rule["CopyActions"]["Fn::If"]

    assert (condition, otherwise) == ("CopiesBackups", NOTHING)
    assert copy["DestinationBackupVaultArn"] == {"Ref": "BackupCopyVault"}
    assert copy["Lifecycle"] == rule["Lifecycle"]


def test_a_vault_for_copies_of_no_backups_is_refused():
    """Otherwise its owner believes that there are copies."""
    vault = "arn:aws:backup:eu-central-1:123456789012:backup-vault:orders"
    (refusal,) = Choice.of(BackupCopyVault=vault).refusals()

    assert "Set BackupDays, too" in refusal
    assert Choice.of(BackupCopyVault=vault, BackupDays="35").refusals() == []


def test_the_role_of_the_backups_reads_and_changes_no_order_and_no_receipt():
    """It may change what AWS Backup says it has to: the bucket's notifications and inventories, and its own rules."""
    changes = {action for action in actions() if action.split(":")[1].startswith(("Put", "Delete", "Create", "Remove"))}

    assert changes == {
        "dynamodb:CreateBackup", "events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
        "s3:PutBucketNotification", "s3:PutInventoryConfiguration",
    }  # fmt: skip
    assert not any(action.endswith(("DeleteObject", "PutObject", "DeleteItem", "PutItem")) for action in actions())
    assert not any("Restore" in action for action in actions())


def test_the_role_of_the_backups_may_back_up_both_tables():
    """AWS Backup would fail at night, and nobody would see it before the backup is needed."""
    wanted = {
        "dynamodb:StartAwsBackupJob": {"OrderTable", "EventTable"},
        "dynamodb:DescribeBackup": {"OrderTable", "EventTable"},
    }

    for action, tables in wanted.items():
        (statement,) = (each for each in statements() if action in actions_of(each))
        assert set(named_in(statement["Resource"])) == tables


def statements() -> list[dict[str, Any]]:
    return [
        statement
        for policy in resources("AWS::IAM::Role")["BackupRole"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def actions_of(statement: dict[str, Any]) -> list[str]:
    return [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def actions() -> set[str]:
    return {action for statement in statements() for action in actions_of(statement)}


def test_a_lock_keeps_new_receipts_for_years():
    bucket = resources("AWS::S3::Bucket")["ReceiptBucket"]
    condition, lock, otherwise = bucket["ObjectLockConfiguration"]["Fn::If"]

    assert (condition, otherwise) == ("LocksReceipts", NOTHING)
    assert bucket["ObjectLockEnabled"] == {"Fn::If": ["LocksReceipts", True, NOTHING]}
    assert lock["Rule"]["DefaultRetention"] == {"Mode": {"Ref": "ReceiptLock"}, "Years": {"Ref": "ReceiptLockYears"}}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize(
    ("arn", "fits"),
    [
        ("", True),
        ("arn:aws:backup:eu-central-1:123456789012:backup-vault:orders", True),
        ("arn:aws-us-gov:backup:us-gov-west-1:123456789012:backup-vault:orders", True),
        ("orders", False),
        ("arn:aws:s3:::orders", False),
    ],
)
def test_a_vault_is_named_by_its_arn(arn: str, fits: bool):
    assert bool(re.search(translated()["Parameters"]["BackupCopyVault"]["AllowedPattern"], arn)) is fits
