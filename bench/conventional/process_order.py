"""From the queue, the conventional way: a receipt for each order, one after another."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from fpdf import FPDF
from order import Order

logger = Logger(service="orders")
processor = BatchProcessor(event_type=EventType.SQS)
table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
s3 = boto3.client("s3")


def process(record: SQSRecord) -> None:
    row = table.get_item(Key={"orderId": record.body}, ConsistentRead=True)["Item"]
    if row["status"] != "RECEIVED":
        return
    order = Order.model_validate_json(row["order"])
    key = f"receipts/{order.orderId}.pdf"
    s3.put_object(
        Bucket=os.environ["ORDERS_BUCKET"],
        Key=key,
        Body=receipt(order, str(row["receivedAt"])),
        ContentType="application/pdf",
        IfNoneMatch="*",
    )
    table.update_item(
        Key={"orderId": order.orderId},
        UpdateExpression="SET #status = :completed, receiptKey = :key, completedAt = :now",
        ConditionExpression="#status = :received",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={
            ":completed": "COMPLETED",
            ":received": "RECEIVED",
            ":key": key,
            ":now": datetime.now(UTC).isoformat(),
        },
    )
    logger.info("Order completed", order_id=order.orderId)


def receipt(order: Order, received_at: str) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 20)
    pdf.cell(text="Receipt", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    for line in (f"Order {order.orderId}", f"Received {received_at}", order.customerName):
        pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    if order.items:
        lines(pdf, order)
    return bytes(pdf.output())


def lines(pdf: FPDF, order: Order) -> None:
    with pdf.table(headings_style=None) as page:
        page.row(("Item", "Quantity", "Price"))
        for item in order.items:
            page.row((item.name, str(item.quantity), f"{item.unitPrice} {order.currency}"))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
