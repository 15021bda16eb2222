"""Whether alarms reach somebody, and whether one is raised."""

import boto3

from smoke.checks import NotAsked, check, seen
from smoke.target import Target


@check("The address for alarms has confirmed its subscription", "confirmed")
def subscription(it: Target) -> str:
    if not it.parameter("AlarmEmail"):
        raise NotAsked("AlarmEmail is empty")
    topic = it.stage.resource("AlarmTopic")
    found = boto3.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    pending = [each for each in found if each["SubscriptionArn"] == "PendingConfirmation"]
    return "open the link in the e-mail of AWS" if pending or not found else "confirmed"


@check("No alarm is raised", "none")
def raised(it: Target) -> str:
    ours = it.named("AWS::CloudWatch::Alarm")
    if not ours:
        raise NotAsked("the stack has no alarms")
    pages = boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    found = {each["AlarmName"] for page in pages for each in page["MetricAlarms"]}
    return seen(*sorted(name for name, alarm in ours.items() if alarm in found)) or "none"
