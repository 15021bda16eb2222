"""What it costs to keep orders for a month: their items, index entries, point-in-time recovery and receipts."""

from cost.bill import GB, Biller
from cost.functions import Functions
from cost.life import ORDER, Life
from cost.units import size

OVERHEAD = 100
"""Bytes that DynamoDB adds to each item and each index entry that it keeps.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.StorageConsiderations
"""


def dollars(biller: Biller) -> float:
    """For 1,000 completed orders."""
    functions = Functions(biller.stack)
    Life(functions, [ORDER["orderId"]]).steps()
    table = functions.aws.tables["OrderTable"]
    (item,) = functions.aws.items[table.name].values()
    entries = [entry for index in table.indexes if (entry := index.entry(item))]
    receipts = sum(len(stored) for stored, _ in functions.aws.objects.values())
    kept = {
        "table-gigabyte-months": sum(size(each) + OVERHEAD for each in (item, *entries)) / GB,
        "recovery-gigabyte-months": (size(item) + OVERHEAD) / GB,
        "bucket-gigabyte-months": receipts / GB,
    }
    return biller.prices.dollars(kept) * 1000
