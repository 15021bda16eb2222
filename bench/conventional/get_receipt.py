"""GET /receipt/{orderId}, the conventional way: a link that is valid for five minutes."""

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

logger = Logger(service="orders")
app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))


@app.get("/receipt/<order_id>")
def get(order_id: str) -> Response[dict[str, str]]:
    row = table.get_item(Key={"orderId": order_id}, ConsistentRead=True).get("Item")
    if row is None:
        raise NotFoundError("There is no order of this id.")
    if row["status"] != "COMPLETED":
        return Response(202, content_types.APPLICATION_JSON, {"orderId": order_id, "status": row["status"]})
    receipt = {"Bucket": os.environ["ORDERS_BUCKET"], "Key": row["receiptKey"]}
    link = s3.generate_presigned_url("get_object", Params=receipt, ExpiresIn=300)
    return Response(200, content_types.APPLICATION_JSON, {"signedReceiptUrl": link})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
