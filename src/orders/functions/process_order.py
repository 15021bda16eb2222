"""From the queue: make the receipts of accepted orders."""

from orders import batch, process
from orders.edition import connect

outside = connect()

handler = batch.handler(lambda order_id: process.make_receipt(order_id, outside))
