"""Mistakes with numbers, refunds and corrections that the simulation must notice."""

from tests.simulation.mutation import Bug

DOCUMENT_BUGS = (
    # Numbers.
    Bug(
        "a number is taken by an increment before the write",
        "orders.aws.dynamodb.register",
        "        entries = list(register.entries(head, waiting, at))\n",
        "        entries = list(register.entries(head, waiting, at))\n"
        "        taken = _after(entries[-1])\n"
        "        conditional.put(self._client, TableName=self._table, Item=_head_item(taken), **_unmoved(head))\n"
        "        head = taken\n",
        implementation="aws",
    ),
    Bug(
        "a retry gets the number that is void again",
        "orders.order.order",
        '        return self._moved(Status.FAILED, at, f"failed: {reason}", by, last_error=reason, issue=None)\n\n'
        "    def retried(self, at: datetime, by: str) -> Self:\n"
        "        due_at = at + FIRST_SWEEP\n",
        "        vars(Order.failed)[self.order_id] = self.issue\n"
        '        return self._moved(Status.FAILED, at, f"failed: {reason}", by, last_error=reason, issue=None)\n\n'
        "    def retried(self, at: datetime, by: str) -> Self:\n"
        "        due_at = at + FIRST_SWEEP\n"
        "        self = replace(self, issue=vars(Order.failed).get(self.order_id))\n",
    ),
    Bug(
        "a number is given again when the message is delivered again",
        "orders.use_cases.numbering",
        "    waiting = [each for each in orders if each.status is Status.RECEIVED and not each.issue",
        "    from dataclasses import replace\n"
        "    waiting = [replace(each, issue=None) for each in orders if each.status is Status.RECEIVED",
    ),
    Bug(
        "the register has an entry before the row has its number",
        "orders.aws.dynamodb.register",
        "        return issued, conditional.refused(self._client, [*rows, *self._noted(head, entries)])\n",
        "        refused = conditional.refused(self._client, [*self._noted(head, entries)])\n"
        "        return issued, refused or conditional.refused(self._client, rows)\n",
        implementation="aws",
    ),
    Bug(
        "a row has its number before the register has the entry",
        "orders.aws.dynamodb.register",
        "        return issued, conditional.refused(self._client, [*rows, *self._noted(head, entries)])\n",
        "        refused = conditional.refused(self._client, rows)\n"
        "        return issued, refused or conditional.refused(self._client, [*self._noted(head, entries)])\n",
        implementation="aws",
    ),
    Bug(
        "a batch is numbered in part if the process crashes",
        "orders.aws.dynamodb.register",
        "        return issued, conditional.refused(self._client, [*rows, *self._noted(head, entries)])\n",
        "        refused = conditional.refused(self._client, [*rows[:1], *self._noted(head, entries)])\n"
        "        for row in rows[1:]:\n"
        "            refused = refused or conditional.refused(self._client, [row])\n"
        "        return issued, refused\n",
        implementation="aws",
    ),
    Bug(
        "the head of a series is not compared, and an entry is put over another one",
        "orders.aws.dynamodb.register",
        '"Item": _head_item(_after(entries[-1])), **_unmoved(head)}}\n'
        "        for entry in entries:\n"
        "            yield {\n"
        '                "Put": {\n'
        '                    "TableName": self._table,\n'
        '                    "Item": _entry_item(entry),\n'
        '                    "ConditionExpression": "attribute_not_exists(orderId)",\n',
        '"Item": _head_item(_after(entries[-1]))}}\n'
        "        for entry in entries:\n"
        "            yield {\n"
        '                "Put": {\n'
        '                    "TableName": self._table,\n'
        '                    "Item": _entry_item(entry),\n',
        implementation="aws",
    ),
    Bug(
        "an order that fails keeps its number",
        "orders.order.order",
        'f"failed: {reason}", by, last_error=reason, issue=None)',
        'f"failed: {reason}", by, last_error=reason)',
    ),
    Bug(
        "an order that is cancelled keeps its number",
        "orders.order.order",
        '"cancelled", by, schema_version=version, issue=None)',
        '"cancelled", by, schema_version=version)',
    ),
    Bug(
        "a number is not void although its order has failed",
        "orders.order.register",
        "        return replace(noted, void=after.history[-1].what)\n",
        "        return None\n",
    ),
    Bug(
        "a move does not change the register",
        "orders.aws.dynamodb.table",
        "        change = register.change(before, after)\n",
        "        change = None\n",
        implementation="aws",
    ),
    Bug(
        "the register does not get the SHA-256 of the file",
        "orders.order.register",
        "        return replace(noted, sha256=after.receipt.sha256)\n",
        "        return None\n",
    ),
    Bug(
        "the key of a file does not depend on its number",
        "orders.order.order",
        '            number = f"~{canonical.fingerprint(self.issue.text)[:12]}"\n',
        "            pass\n",
    ),
    Bug(
        "an order is completed with a file that has another number",
        "orders.use_cases.process",
        "    while order.status is Status.RECEIVED and order.issue == printed:",
        "    while order.status is Status.RECEIVED and printed == printed:",
    ),
    Bug(
        "the year of a series is that of UTC",
        "orders.shop.numbers",
        "{local(at, shop.zone).year:04}",
        "{at.year:04}",
    ),
    Bug(
        "each entry of the register has the hash of the first",
        "orders.order.register",
        "        head = Head(head.series, entry.number, entry.hash)\n",
        "        head = Head(head.series, entry.number, head.hash)\n",
        implementation="aws",
    ),
    Bug(
        "the version before can't read an order that has nothing new",
        "orders.order.order",
        "            schema_version=order.schema_version(),\n",
        "            schema_version=SCHEMA_VERSION,\n",
    ),
    # Refunds.
    Bug(
        "two refunds race past the remainder",
        "orders.use_cases.refund",
        "credit, taken = give(order.posted, Taken.from_document(order.settlement.taken), refund)",
        'taken = vars(refund).setdefault("seen", order.settlement.taken)\n'
        "        credit, taken = give(order.posted, Taken.from_document(taken), refund)",
    ),
    Bug(
        "the order's row is not compared when a document is added",
        "orders.aws.dynamodb.table",
        "[self._moved(before, after), new]",
        '[{"Put": self._written(after)}, new]',
        implementation="aws",
    ),
    Bug(
        "a document is stored before its order names it",
        "orders.aws.dynamodb.table",
        "        refused = conditional.refused(self._client, [self._moved(before, after), new])\n",
        "        refused = conditional.refused(self._client, [new])\n"
        "        refused = refused or conditional.refused(self._client, [self._moved(before, after)])\n",
        implementation="aws",
    ),
    Bug(
        "what remains is taken in proportion, and its last cent is lost to rounding",
        "orders.order.credits",
        "        return _of_amount(ledger, rest, refund.amount)\n    return rest\n",
        "        return _of_amount(ledger, rest, refund.amount)\n"
        "    return dividing.of_parts(ledger, ledger.whole, rest.parts)\n",
    ),
    Bug(
        "an amount is spread over the order, and not over what remains of it",
        "orders.order.credits",
        '    credit = dividing.of_amount(ledger, rest, amount)\n    _refuse_excess(ledger, rest, credit, "#/amount")\n',
        "    credit = dividing.of_amount(ledger, ledger.whole, amount)\n",
    ),
    Bug(
        "what is given back is not noted in the order",
        "orders.order.order",
        "self.settlement.with_document(reference, taken)",
        "self.settlement.with_document(reference)",
    ),
    Bug(
        "a refund that is posted again is accepted again",
        "orders.use_cases.follow",
        "    while not (kept := order.settlement.find(kind, document_id)):",
        "    while not (kept := None):",
    ),
    Bug(
        "another refund under the same id is a replay",
        "orders.use_cases.follow",
        "    if kept.fingerprint != fingerprint:",
        "    if kept.fingerprint == '':",
    ),
    Bug(
        "an order is refunded before it is completed",
        "orders.use_cases.refund",
        "    if order.status is not Status.COMPLETED:",
        "    if order.status is Status.CANCELLED:",
    ),
    Bug(
        "a document is never swept",
        "orders.order.order",
        "            due_at=at + FIRST_SWEEP,\n"
        '            history=(HistoryEntry(at, "received", by),),\n'
        "            api_url=api_url or receipt.api_url,\n",
        "            due_at=None,\n"
        '            history=(HistoryEntry(at, "received", by),),\n'
        "            api_url=api_url or receipt.api_url,\n",
    ),
    # Documents.
    Bug(
        "a credit note is drawn from the row of its order",
        "orders.use_cases.process",
        "order.receipt_key, draw(order), was_tried",
        "order.receipt_key, draw(outside.table.read(order.order_id.split('/')[0])), was_tried",
    ),
    Bug(
        "a correction changes the order itself",
        "orders.use_cases.correct",
        '        after = order.followed(reference, f"correction {correction.correction_id} accepted", by)\n',
        "        from dataclasses import replace\n"
        '        after = order.followed(reference, f"correction {correction.correction_id} accepted", by)\n'
        "        after = replace(after, body=corrected.canonical())\n",
    ),
    Bug(
        "a corrected receipt is stored under the key of the receipt",
        "orders.use_cases.process",
        "store_once(order.receipt_key, draw(order)",
        "store_once("
        "outside.table.read(order.order_id.split('/')[0]).receipt_key if '/corrections/' in order.order_id else"
        " order.receipt_key, draw(order)",
    ),
    Bug(
        "a correction is made of the order, and not of the receipt that is valid",
        "orders.use_cases.correct",
        "correction.applied_to(known.receipt.posted)",
        "correction.applied_to(order.posted)",
    ),
    Bug(
        "a credit note names the receipt that was replaced",
        "orders.use_cases.refund",
        "outside.clock(), documents.of(order, outside).receipt",
        "outside.clock(), order",
    ),
    Bug(
        "the e-mail of a document is requested again with each message",
        "orders.use_cases.process",
        "    if order.status is Status.COMPLETED:\n        return restore",
        "    if order.status is Status.COMPLETED and order.document and order.mail and not order.mail_due_at:\n"
        "        again = requested(outside.clock(), outside)\n"
        '        return outside.table.replace(order, order.mailed(again, "again", "process"))\n'
        "    if order.status is Status.COMPLETED:\n        return restore",
    ),
)
