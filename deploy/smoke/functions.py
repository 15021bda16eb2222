"""The functions as Lambda runs them: processor, snapshots, logs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from smoke.checks import NotAsked, check, seen
from smoke.target import Target

QUIET = ("CountOrders", "DeliverWebhooks", "FailOrder", "ProcessSlowOrder", "RecordEvents")
"""Functions that no request reaches, and that have nothing to do where an event has no records."""


@check("Every function is active, on arm64 and Python 3.13", "all of them")
def processor(it: Target) -> str:
    client = boto3.client("lambda")
    wrong = []
    for name, function in it.functions.items():
        found = client.get_function_configuration(FunctionName=function, Qualifier="live")
        facts = (found["State"], *found["Architectures"], found["Runtime"])
        if facts != ("Active", "arm64", "python3.13"):
            wrong.append(f"{name}: {' '.join(facts)}")
    return seen(*wrong) or "all of them"


@check("Functions that no request reaches start from their package", "all of them")
def start(it: Target) -> str:
    client, wrong = boto3.client("lambda"), []
    for name in QUIET:
        answer = client.invoke(FunctionName=it.functions[name], Qualifier="live", Payload=b'{"Records":[]}')
        if "FunctionError" in answer:
            wrong.append(f"{name}: {answer['FunctionError']}")
    return seen(*wrong) or "all of them"


@check("Functions for which somebody waits start from a snapshot", "ReceiveOrder On, GetReceipt On")
def snapshots(it: Target) -> str:
    """The others have no snapshot. See https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html."""
    if it.parameter("SnapStart") != "PublishedVersions":
        raise NotAsked("SnapStart is None")
    client = boto3.client("lambda")

    def status(name: str) -> str:
        found = client.get_function_configuration(FunctionName=it.functions[name], Qualifier="live")
        return f"{name} {found['SnapStart']['OptimizationStatus']}"

    return seen(status("ReceiveOrder"), status("GetReceipt"))


@check("A restored snapshot answers, and its log says so", "platform.restoreReport")
def restores(it: Target) -> str:
    if it.parameter("SnapStart") != "PublishedVersions":
        raise NotAsked("SnapStart is None")
    _ = it.order_id
    return "platform.restoreReport" if it.log_has("ReceiveOrderLogs", "platform.restoreReport") else "no such line"


@check("A request's id is in the access log and in the function's log", "in both")
def request_id(it: Target) -> str:
    """The id that no caller can choose: see `orders.api.http.request.request_id`."""
    answer = it.as_shop("GET", f"/orders/{it.order_id}")
    request = answer.headers.get("x-amz-apigw-id", "")
    if not request:
        return "the answer has no x-amz-apigw-id"
    logs = [group for group in ("ApiLogs", "GetOrderLogs") if it.log_has(group, request)]
    return {2: "in both", 0: "in neither"}.get(len(logs), seen(*logs))


@check("No log has the customer's name", "nowhere")
def names_in_logs(it: Target) -> str:
    _ = it.link
    groups = it.named("AWS::Logs::LogGroup")
    return seen(*(group for group in groups if it.lines(group, "Müller"))) or "nowhere"


@check("SweepOrders runs each minute", "yes")
def sweep(it: Target) -> str:
    """By Lambda's own count of its runs, which CloudWatch shows some minutes later."""
    return "yes" if it.until(lambda: runs(it.functions["SweepOrders"]), bool) else "no run in ten minutes"


def runs(function: str) -> float:
    now = datetime.now(UTC)
    answer: Any = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


@check("The account may run ten functions at once beside those that its queues start", "enough")
def concurrency(it: Target) -> str:
    allowed = int(boto3.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    pages = boto3.client("lambda").get_paginator("list_event_source_mappings").paginate()
    ours = set(it.functions.values())
    most = sum(
        mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1)
        for page in pages
        for mapping in page["EventSourceMappings"]
        if mapping["FunctionArn"].split(":")[6] in ours
    )
    return "enough" if allowed >= most + 10 else f"{allowed} allowed, {most} for queues: request more"
