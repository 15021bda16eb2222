"""How tests change the deployed stack, and follow an order in it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
from tests.support.deployment import Deployment
from tests.support.examples import ALICE

from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order, Status

SECONDS_TO_SETTLE = 180


SENDER = "receipts@casaluna.example"


def change_stack(**changed: str) -> None:
    """Deploy with other values of these parameters."""
    cloudformation = boto3.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName="orders-dev")["Stacks"]
    names = {each["ParameterKey"] for each in stack["Parameters"]} - changed.keys()
    kept: list[Any] = [{"ParameterKey": name, "UsePreviousValue": True} for name in names]
    given: list[Any] = [{"ParameterKey": name, "ParameterValue": value} for name, value in changed.items()]
    cloudformation.update_stack(
        StackName="orders-dev",
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[*kept, *given],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="orders-dev", WaiterConfig={"Delay": 1})


@contextmanager
def unheard(deployment: Deployment) -> Iterator[None]:
    """Nothing listens to the queue: what is received from it is received in vain."""
    functions = boto3.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=deployment.function("ProcessOrder"))[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def received(order_id: str, **changes: Any) -> Order:
    return replace(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", utc_now()), **changes)


def settled(table: DynamoTable, order_id: str) -> Order:
    """The row once it is out of RECEIVED."""
    return read_until(table, order_id, lambda row: row.status is not Status.RECEIVED)


def read_until(table: DynamoTable, order_id: str, is_so: Callable[[Order], bool]) -> Order:
    """The row once it is so, or as it is after a minute and a half."""
    end = time.monotonic() + SECONDS_TO_SETTLE
    while not is_so(row := table.read(order_id)) and time.monotonic() < end:
        time.sleep(0.1)  # nothing but another look can tell
    return row
