"""Lines as they are in the logs on AWS: of a function, written by Lambda's own runtime for Python, and of the API."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.support.translated import the

REPORT = json.dumps(
    {
        "time": "2026-11-23T09:00:00.000Z",
        "type": "platform.report",
        "record": {"requestId": "6d68ca91", "status": "success", "metrics": {"durationMs": 12.3, "memorySizeMB": 256}},
    }
)
"""Lambda's own line about a call. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html"""
UNCAUGHT = json.dumps(
    {"timestamp": "2026-11-23T09:00:00Z", "level": "ERROR", "errorMessage": "no", "errorType": "MemoryError"}
)
"""The runtime's line about an error that nobody caught; before its release 4.0.4 with `log_level`.

https://github.com/aws/aws-lambda-python-runtime-interface-client/releases/tag/4.0.4
"""


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def written() -> Iterator[list[str]]:
    """The lines that the code within the block writes, from INFO on, as the template's `LoggingConfig` wants."""
    if sys.platform != "linux":
        pytest.skip("Lambda's runtime is for Linux")
    from awslambdaric.lambda_runtime_log_utils import JsonFormatter

    kept, log = _Kept(), logging.getLogger("orders")
    kept.setFormatter(JsonFormatter())
    level = log.level
    log.addHandler(kept)
    log.setLevel(logging.INFO)
    try:
        yield kept.lines
    finally:
        log.removeHandler(kept)
        log.setLevel(level)


def access_line(status: int, milliseconds: int = 40) -> str:
    """A line of the API about a request, in the template's format."""
    line: str = the("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]
    told: dict[str, Any] = {"status": status, "responseLatency": milliseconds, "resourcePath": "/orders"}
    return re.sub(r"\$context\.([\w.]+)", lambda variable: str(told.get(variable[1], "-")), line)
