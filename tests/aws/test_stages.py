"""The verbs for AWS where something is in their way."""

import uuid
from collections.abc import Iterator

import boto3
import deleting
import deploying
import pytest
from stage import Refused, Stage
from tests.support.deployment import Deployment
from tests.support.emulator import Emulator
from tests.support.resources import new_bucket


def test_a_careful_stage_is_deleted_only_when_its_stack_is_named(deployment: Deployment):
    careful = Stage("prod", "orders-dev", careful=True)
    for confirmed in ("", "orders"):
        with pytest.raises(Refused, match="make delete STAGE=prod CONFIRM=orders-dev"):
            deleting.delete(careful, with_data=False, confirmed=confirmed)

    assert careful.status().endswith("_COMPLETE")


@pytest.fixture
def looked_at_only(emulator: Emulator) -> Iterator[Stage]:
    """A stage whose first changes were looked at and not made."""
    stage = Stage("dev", f"stack-{uuid.uuid4().hex[:8]}", careful=False)
    boto3.client("cloudformation").create_change_set(
        StackName=stage.stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}',
    )
    yield stage
    boto3.client("cloudformation").delete_stack(StackName=stage.stack)


def test_a_stack_that_was_never_made_has_no_address_and_says_why(looked_at_only: Stage):
    with pytest.raises(Refused, match=r"never deployed to its end \(REVIEW_IN_PROGRESS\): make deploy, or make delete"):
        looked_at_only.outputs()


def test_changes_that_somebody_did_not_want_are_known(looked_at_only: Stage):
    (change,) = deploying.unmade_changes(looked_at_only)

    assert ":changeSet/first/" in change
    assert deploying.unmade_changes(Stage("dev", "orders-dev", careful=False)) == set()


def test_a_stack_that_was_never_made_can_be_deleted(looked_at_only: Stage, capsys: pytest.CaptureFixture[str]):
    deleting.delete(looked_at_only, with_data=True, confirmed="")

    assert "Everything of this stage is gone" in capsys.readouterr().out
    with pytest.raises(Refused, match="is not deployed"):
        looked_at_only.status()


def test_orders_are_not_deleted_where_their_receipts_are_locked(looked_at_only: Stage, monkeypatch: pytest.MonkeyPatch):
    """S3 would keep the receipts, and the orders that name them would be gone."""
    s3, bucket = boto3.client("s3"), new_bucket()
    assert not deleting.is_locked(bucket)
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    monkeypatch.setattr(deleting, "held_data", lambda _: deleting.Held(None, bucket, None, None))
    with pytest.raises(Refused, match="so nothing was deleted"):
        deleting.delete(looked_at_only, with_data=True, confirmed="")

    assert looked_at_only.status() == "REVIEW_IN_PROGRESS"


def test_a_stage_that_nobody_described_is_refused():
    with pytest.raises(Refused, match="STAGE=dev or STAGE=prod"):
        Stage.named("staging")
