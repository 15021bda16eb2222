"""A stack with an address tells it of faults. tests/infrastructure/test_alarms.py says when an alarm is raised."""

import json
from typing import Any

import boto3
import pytest
from tests.aws.stack import change_stack
from tests.support.alarms import ALARMS, FILTERS
from tests.support.deployment import Deployment
from tests.support.translated import resources

READER = "operations@casaluna.example"


@pytest.fixture(scope="module")
def told(mailing: Deployment) -> Deployment:
    """The stack with a sender of e-mail, once it has somebody to tell."""
    change_stack(AlarmEmail=READER)
    return mailing


def physical(kind: str) -> dict[str, str]:
    """The names of the stack's resources of a type, by their names in the template."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName="orders-dev")
    found = [each for page in pages for each in page["StackResourceSummaries"] if each["ResourceType"] == kind]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def test_each_alarm_goes_by_mail_to_the_address(told: Deployment):
    client: Any = boto3.client("cloudwatch")
    made = [alarm for page in client.get_paginator("describe_alarms").paginate() for alarm in page["MetricAlarms"]]
    (topic,) = physical("AWS::SNS::Topic").values()
    subscribed = boto3.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]

    assert {alarm["AlarmName"] for alarm in made} >= set(physical("AWS::CloudWatch::Alarm").values())
    assert physical("AWS::CloudWatch::Alarm").keys() == ALARMS.keys()
    assert {action for alarm in made for action in (*alarm["AlarmActions"], *alarm["OKActions"])} == {topic}
    assert [(each["Protocol"], each["Endpoint"]) for each in subscribed] == [("email", READER)]


def test_the_dashboard_is_json_and_names_what_exists(told: Deployment):
    client: Any = boto3.client("cloudwatch")
    body = client.get_dashboard(DashboardName="orders-dev")["DashboardBody"]
    shown = {word for widget in json.loads(body)["widgets"] for row in widget["properties"]["metrics"] for word in row
             if isinstance(word, str)}  # fmt: skip

    assert {told.function(name) for name in ("ReceiveOrder", "CountOrders")} <= shown
    assert told.outputs["TableName"] in shown
    assert "${" not in body


def test_each_log_has_its_filters(told: Deployment):
    client: Any = boto3.client("logs")
    made = [
        each for page in client.get_paginator("describe_metric_filters").paginate() for each in page["metricFilters"]
    ]

    assert len(made) == len(FILTERS)
    assert {each["metricTransformations"][0]["metricNamespace"] for each in made} == {"Orders/orders-dev"}


def test_the_sweep_stays_on_schedule_in_a_group_with_metrics(told: Deployment):
    client: Any = boto3.client("scheduler")
    (group,) = physical("AWS::Scheduler::ScheduleGroup").values()
    schedules = client.list_schedules(GroupName=group)["Schedules"]

    assert len(schedules) == len(resources("AWS::Scheduler::Schedule"))
    assert {each["State"] for each in schedules} == {"ENABLED"}
