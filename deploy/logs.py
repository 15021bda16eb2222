"""`make logs`: print the newest log lines of a function or of the API."""

import re
import time
from dataclasses import dataclass

import boto3
from stage import Refused, Stage

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SECONDS_BETWEEN_LOOKS = 2


def show(stage: Stage, name: str, since: str, pattern: str, *, follow: bool) -> None:
    """Print the lines of the last `since`, such as `10m`, that match CloudWatch's filter pattern.

    Raises:
        Refused: there is no such function, or `since` is no duration.
    """
    group = group_of(stage, name.removesuffix("Function"))
    start = int((time.time() - seconds(since)) * 1000)
    seen = set[Event]()
    while True:
        for event in events(group, start, pattern):
            if event not in seen:
                print(event.message, flush=True)
                seen.add(event)
        if not follow:
            break
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if not seen:
        print(
            f"No lines{' that match FILTER' if pattern else ''} in the last {since}. A longer SINCE looks further back."
        )


def group_of(stage: Stage, name: str) -> str:
    """The log group of a function, by its name without `Function`, or of the API.

    Raises:
        Refused: it has none, or the stack is not deployed.
    """
    stage.status()
    groups = {
        each["LogicalResourceId"]: str(each["PhysicalResourceId"])
        for each in stage.resources()
        if each["ResourceType"] == "AWS::Logs::LogGroup"
    }
    if (group := f"{name}Logs") not in groups:
        known = ", ".join(sorted(each.removesuffix("Logs") for each in groups))
        raise Refused(f"{stage.stack} has no log of {name}. It has logs of {known}.")
    return groups[group]


@dataclass(frozen=True, order=True)
class Event:
    timestamp: int
    stream: str
    message: str


def events(group: str, start: int, pattern: str) -> list[Event]:
    """The oldest first."""
    pages = boto3.client("logs").get_paginator("filter_log_events")
    return sorted(
        Event(event["timestamp"], event["logStreamName"], event["message"].rstrip())
        for page in pages.paginate(logGroupName=group, startTime=start, filterPattern=pattern)
        for event in page["events"]
    )


def seconds(duration: str) -> int:
    match = re.fullmatch(r"(\d+)([smhd])", duration)
    if not match:
        raise Refused("SINCE is a number of seconds, minutes, hours or days, such as SINCE=90s, 10m, 2h or 1d.")
    return int(match[1]) * SECONDS[match[2]]
