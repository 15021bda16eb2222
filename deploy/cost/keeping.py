"""What it costs to keep orders for a month: their items, index entries, point-in-time recovery and receipts."""

from cost.bill import GB, Biller
from cost.functions import Functions
from cost.units import size

OVERHEAD = 100
"""Bytes that DynamoDB adds to each item and each index entry that it keeps.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.StorageConsiderations
"""


def dollars(biller: Biller, functions: Functions) -> float:
    """For 1,000 orders like the last one."""
    table = functions.aws.tables["OrderTable"]
    items = functions.aws.items[table.name].values()
    item = list(items)[-1]
    entries = [entry for index in table.indexes if (entry := index.entry(item))]
    kept = {
        "table-gigabyte-months": sum(size(each) + OVERHEAD for each in (item, *entries)) / GB,
        "recovery-gigabyte-months": (size(item) + OVERHEAD) / GB,
        "bucket-gigabyte-months": functions.aws.stored() / len(items) / GB,
    }
    return biller.prices.dollars(kept) * 1000
