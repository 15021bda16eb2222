"""From the queue: make the receipts of accepted orders."""

from orders.edition import connect, side_by_side
from orders.functions import batch
from orders.use_cases import process

outside = connect()

handler = batch.handler(lambda order_id: process.make_receipt(order_id, outside), side_by_side())
