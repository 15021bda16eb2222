"""Which calls a function makes to AWS, as permissions: recorded from botocore while its handler works."""

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from orders import edition
from orders.aws import clients

Handler = Callable[[Mapping[str, Any], Any], Any]
Permission = tuple[str, str]

# An operation's permission has its own name but for these: the service authorization reference of each service.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
OTHER_NAMES = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "s3:HeadObject": "s3:GetObject",
    "sesv2:SendEmail": "ses:SendRawEmail",  # our messages are raw
    "apigateway:GetApiKey": "apigateway:GET",  # its permissions are HTTP methods
    "sesv2:GetAccount": "ses:GetAccount",
}
TABLES = {"orders": "OrderTable", "counts": "CountTable", "events": "EventTable"}
"""By what the names of the tests' tables begin with."""
QUEUES = {"orders": "OrderQueue", "slow": "SlowOrderQueue", "mails": "MailQueue", "webhooks": "WebhookQueue"}
GIVEN = (
    "ORDERS_DATA", "ORDERS_TABLE", "ORDERS_COUNTS", "ORDERS_QUEUE", "ORDERS_SLOW_QUEUE", "ORDERS_BUCKET",
    "ORDERS_MAIL_QUEUE", "ORDERS_LINK_SECONDS", "ORDERS_SENDER", "ORDERS_CONFIGURATION_SET", "ORDERS_PUBLIC_URL",
    "ORDERS_MAILS_PER_HOUR", "ORDERS_MAIL_SENDERS", "ORDERS_INDEX_SHARDS", "ORDERS_API_URL", "ORDERS_CANARY_KEY_ID",
    "ORDERS_EVENTS", "ORDERS_WEBHOOK_QUEUE", "ORDERS_WEBHOOK_HOSTS", "ORDERS_EVENT_BUS",
)  # fmt: skip


@dataclass
class Recorder:
    permissions: set[Permission] = field(default_factory=set)

    def note(self, **call: Any) -> None:
        """Called by botocore before each call, with its parameters and the description of the operation."""
        params, model = call["params"], call["model"]
        service = model.service_model.service_name
        operation = f"{service}:{model.name}"
        if service == "s3" and params.get("VersionId"):
            operation += "Version"
        if model.name in {"GetItem", "BatchGetItem"} and not is_of_counts(params):
            assert reads_consistently(params), f"{model.name} reads what may be old"
        if model.name == "Query" and "IndexName" not in params:
            assert reads_consistently(params), f"{model.name} reads what may be old"
        for name in parts_of(operation, params):
            self.permissions |= {(OTHER_NAMES.get(name, name), resource) for resource in resources_of(params)}


def parts_of(operation: str, params: Mapping[str, Any]) -> set[str]:
    """The operations that a transaction consists of, each of which needs its permission; or this one operation.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    return {f"dynamodb:{kind}Item" for write in params.get("TransactItems", ()) for kind in write} or {operation}


def reads_consistently(params: Mapping[str, Any]) -> bool:
    requests = params.get("RequestItems", {"one": params}).values()
    return all(request.get("ConsistentRead") for request in requests)


def is_of_counts(params: Mapping[str, Any]) -> bool:
    """Whether a summary reads the counts, which lag behind anyhow."""
    return any(table.startswith("counts") for table in params.get("RequestItems", ()))


def resources_of(params: Mapping[str, Any]) -> list[str]:
    """The resources that a call is about, by their names in the template; of mail, all that may be looked at."""
    if not params:
        return ["*"]  # it is about the account
    if "FromEmailAddress" not in params:
        return [resource_of(params)]
    assert params["FromEmailAddress"] == os.environ["ORDERS_SENDER"]
    return ["identity/MailSender", "identity/MailDomain", "configuration-set/MailConfigurationSet"]


def resource_of(params: Mapping[str, Any]) -> str:
    if tables := set(tables_of(params)):
        (table,) = tables
        resource = TABLES[table.partition("-")[0]]
        return f"{resource}/index/{params['IndexName']}" if "IndexName" in params else resource
    if "apiKey" in params:
        assert params["apiKey"] == os.environ["ORDERS_CANARY_KEY_ID"]
        return "apikeys/CanaryKey"
    if "QueueUrl" in params:
        prefix = params["QueueUrl"].rpartition("/")[2].partition("-")[0]
        return QUEUES[prefix]
    if "Entries" in params:
        assert {entry["EventBusName"] for entry in params["Entries"]} == {os.environ["ORDERS_EVENT_BUS"]}
        return "event-bus/EventBusName"
    *digits, folder, _, _ = params["Key"].split("/")
    return f"ReceiptBucket/{'??/' if digits else ''}{folder}/*"


def tables_of(params: Mapping[str, Any]) -> Iterator[str]:
    if "TableName" in params:
        yield params["TableName"]
    yield from params.get("RequestItems", ())
    for write in params.get("TransactItems", ()):
        yield from (each["TableName"] for each in write.values())


@contextmanager
def recorded(module: str, **environment: str) -> Iterator[tuple[Handler, Recorder]]:
    """The handler of a function, loaded anew with this environment, and what records its calls."""
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch:
        for name in GIVEN:
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        edition.connect.cache_clear()
        edition.connect_events.cache_clear()
        clients.session.register("before-parameter-build", recorder.note, unique_id="recorder")
        try:
            handler = load(module)
        finally:
            clients.session.unregister("before-parameter-build", unique_id="recorder")  # other clients are not its
            edition.connect.cache_clear()
            edition.connect_events.cache_clear()
        yield handler, recorder


def load(module: str) -> Handler:
    """A function's handler from a fresh copy of its module, as a new instance of the function would have it."""
    spec = importlib.util.find_spec(f"orders.functions.{module}")
    assert spec
    assert spec.loader
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh is not sys.modules.get(spec.name)
    handler: Handler = fresh.handler
    return handler
