"""From the queue: make the receipts of accepted orders."""

from orders.edition import connect, side_by_side
from orders.functions import batch
from orders.use_cases import process

outside = connect()

handler = batch.handler_of_batches(lambda order_ids: process.receipt_maker(order_ids, outside), side_by_side())
