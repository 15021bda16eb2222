"""POST /orders, the conventional way: store the order, then send its id to the queue."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from order import Order

logger = Logger(service="orders")
app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
sqs = boto3.client("sqs")


@app.post("/orders")
def receive(order: Order) -> Response[dict[str, str]]:
    row = {"orderId": order.orderId, "order": order.model_dump_json(exclude_none=True), "status": "RECEIVED"}
    try:
        table.put_item(
            Item=row | {"receivedAt": datetime.now(UTC).isoformat()},
            ConditionExpression="attribute_not_exists(orderId)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return Response(409, content_types.APPLICATION_JSON, {"message": "There is an order of this id."})
        raise
    sqs.send_message(QueueUrl=os.environ["ORDERS_QUEUE"], MessageBody=order.orderId)
    logger.info("Order received", order_id=order.orderId)
    return Response(202, content_types.APPLICATION_JSON, {"orderId": order.orderId, "status": "RECEIVED"})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
