"""The deployment that is looked at, and the ways to look: HTTP as its callers, and AWS's own API as its owner."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3
import urllib3
from stage import Stage

T = TypeVar("T")
SECONDS_BETWEEN_LOOKS = 2


@dataclass(frozen=True)
class Target:
    """`url` is the API's address, `key` the shop's key, and `token` an operator's login, if there is one.

    `seconds` is how long to wait for what comes late, such as CloudWatch's figures.
    """

    stage: Stage
    url: str
    key: str
    token: str | None
    outputs: dict[str, str]
    send: Callable[..., urllib3.BaseHTTPResponse] = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=30).request
    )
    seconds: float = 300

    @property
    def private(self) -> list[str]:
        """What nobody else may see: key and login, and hosts, which errors of the network name without `https://`."""
        hosts = (urlsplit(url).netloc for url in (self.url, self.outputs.get("PageUrl", "")))
        return [word for word in (self.key, self.token, *hosts, self.outputs["BucketName"]) if word]

    def call(self, method: str, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """A request without a key. Underscores in names of headers stand for hyphens. `path` may be a whole URL."""
        url = path if path.startswith("http") else self.url + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, url, headers=named, redirect=False)

    def as_shop(self, method: str, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self.call(method, path, x_api_key=self.key, **headers)

    def post(self, content: bytes) -> urllib3.BaseHTTPResponse:
        """Post an order, byte for byte."""
        headers = {"x-api-key": self.key, "content-type": "application/json"}
        return self.send("POST", f"{self.url}/orders", body=content, headers=headers, redirect=False)

    @cached_property
    def order_id(self) -> str:
        """The id of an order that this run has posted."""
        order_id = f"smoke-{uuid.uuid4()}"
        answer = self.post(f'{{"orderId":"{order_id}","customerName":"Zoë Müller ☕"}}'.encode())
        if answer.status != 202:
            raise AssertionError(f"POST /orders answered {answer.status}")
        return order_id

    @cached_property
    def link(self) -> str:
        """A fresh download URL of that order's receipt."""
        return str(self.receipt_answer["signedReceiptUrl"])

    @cached_property
    def receipt_answer(self) -> dict[str, Any]:
        answer = self.until(
            lambda: self.as_shop("GET", f"/receipt/{self.order_id}"), lambda answer: answer.status == 200
        )
        if answer.status != 200:
            raise AssertionError(f"no receipt within {self.seconds} seconds: {answer.status}")
        return dict(answer.json())

    @cached_property
    def functions(self) -> dict[str, str]:
        """The physical name of each function, by its name in the template without `Function`."""
        return {name.removesuffix("Function"): each for name, each in self.named("AWS::Lambda::Function").items()}

    def named(self, kind: str) -> dict[str, str]:
        """The physical names of all resources of a type, by their names in the template."""
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in self.stage.resources()
            if each["ResourceType"] == kind
        }

    def parameter(self, name: str) -> str:
        """The value of a parameter of the deployed stack; nothing if it has none."""
        stack = boto3.client("cloudformation").describe_stacks(StackName=self.stage.stack)["Stacks"][0]
        return {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}.get(name, "")

    def log_has(self, group: str, word: str, minutes: int = 60) -> bool:
        """Whether a log has a line with this word, or gets one: CloudWatch is late by some seconds."""
        return bool(self.until(lambda: self.lines(group, word, minutes), bool))

    def lines(self, group: str, word: str, minutes: int = 60) -> list[Any]:
        """The lines with this word of the last minutes. CloudWatch may answer with empty pages before those with lines.

        https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
        """
        pages = (
            boto3.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=self.stage.resource(group),
                startTime=int((time.time() - minutes * 60) * 1000),
                filterPattern=f'"{word}"',
            )
        )
        return [event for page in pages for event in page["events"]]

    def until(self, look: Callable[[], T], is_so: Callable[[T], bool]) -> T:
        """What is seen once it is so, or as it is in the end."""
        end = time.monotonic() + self.seconds
        while not is_so(found := look()) and time.monotonic() < end:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return found
