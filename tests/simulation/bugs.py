"""The mistakes that the simulation must notice, each planted in the real code and in nothing else."""

from tests.simulation.document_bugs import DOCUMENT_BUGS
from tests.simulation.event_bugs import EVENT_BUGS
from tests.simulation.mutation import Bug

BUGS = {
    bug.name: bug
    for bug in (
        Bug(
            "a duplicate overwrites the order",
            "orders.aws.dynamodb.table",
            "self._put(order, **_NEW)",
            "self._put(order)",
            implementation="aws",
        ),
        Bug(
            "no fingerprint is compared",
            "orders.use_cases.receive",
            "    if hmac.compare_digest(kept.fingerprint, order.fingerprint):",
            "    if True:",
        ),
        Bug(
            "the order is completed before its receipt is stored",
            "orders.use_cases.process",
            "        stored = outside.bucket.store_once("
            "order.receipt_key, draw(order), was_tried=was_tried(order, outside))\n",
            "        import hashlib\n"
            "        from orders.order.order import StoredReceipt\n"
            "        pdf = draw(order)\n"
            "        stored = StoredReceipt(order.receipt_key, hashlib.sha256(pdf).hexdigest(), len(pdf))\n"
            "        settle(order, lambda order: order.completed(stored, outside.clock()), outside.table)\n"
            "        outside.bucket.store_once(order.receipt_key, pdf)\n",
        ),
        Bug(
            "no sweep",
            "orders.functions.sweep_orders",
            "requeued = sweep.requeue_waiting(outside, in_time)",
            "requeued = 0",
        ),
        Bug(
            "a write refused by its own first sending is taken for a conflict",
            "orders.aws.dynamodb.table",
            "            return order\n        return self.read(order.order_id)",
            "            return order\n        raise __import__('orders.order.errors').order.errors.OrderConflict",
            implementation="aws",
        ),
        Bug(
            "412 is taken for a failure of the bucket",
            "orders.aws.bucket",
            "                return self._stored(key)",
            "                from orders.order.errors import Unavailable\n"
            '                raise Unavailable("bucket: 412") from error',
            implementation="aws",
        ),
        Bug(
            "the receipt has the time of its making in it",
            "orders.receipt.renderer",
            "timestamp=at.replace(microsecond=0)",
            'timestamp=at.fromtimestamp(__import__("time").time_ns() % 10**9, at.tzinfo)',
        ),
        Bug(
            "the error of one record is swallowed",
            "orders.functions.batch",
            "    return error is None",
            "    return True",
        ),
        Bug(
            "the whole batch fails for one",
            "orders.functions.batch",
            "        failed = [record",
            "        if not all(_is_done(future, record) for record, future in zip(records, futures)):\n"
            '            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records]}\n'
            "        failed = [record",
        ),
        Bug(
            "FAILED is written over COMPLETED",
            "orders.use_cases.fail",
            "    if order.status is not Status.RECEIVED:\n        return\n"
            "    if reason := own_fault(order, outside.clock(), trial):\n",
            "    from dataclasses import replace\n"
            "    order = replace(order, status=Status.RECEIVED)\n"
            '    if reason := own_fault(order, outside.clock(), trial) or "given up":\n',
        ),
        Bug(
            "acknowledged before the commit",
            "orders.use_cases.receive",
            "    kept = outside.table.create(order)\n",
            "    from orders.order.errors import Unavailable\n"
            "    try:\n        kept = outside.table.create(order)\n    except Unavailable:\n        kept = order\n",
        ),
        Bug(
            "a replay gets a token of its own",
            "orders.use_cases.receive",
            "    return Acceptance(kept, replayed",
            "    from dataclasses import replace\n"
            "    kept = replace(kept, receipt_token=order.receipt_token)\n"
            "    return Acceptance(kept, replayed",
        ),
        Bug(
            "a link to a receipt that is not there yet",
            "orders.use_cases.retrieve",
            "    if order.receipt is None:\n        return None\n",
            "    if order.receipt is None:\n"
            "        from orders.order.order import StoredReceipt\n"
            '        soon = StoredReceipt(order.receipt_key, "", 0)\n'
            "        return outside.bucket.link(soon, outside.clock(), outside.link_lifetime)\n",
        ),
        Bug(
            "a lock that outlives a crash",
            "orders.use_cases.process",
            "    try:\n        stored",
            '    if order.last_error == "being made":\n'
            "        return order\n"
            '    order = outside.table.replace(order, order.deferred("being made", outside.clock(), by="process"))\n'
            "    try:\n        stored",
        ),
        Bug(
            "an outage fails the order",
            "orders.use_cases.process",
            "    if order.is_overdue(now) and level < logging.ERROR:",
            "    if True:",
        ),
        Bug(
            "an order fails of its age by a clock that jumps",
            "orders.order.retries",
            " and attempts >= FEWEST_ATTEMPTS",
            "",
        ),
        Bug(
            "an attempt that is recorded undoes the sweep's postponement",
            "orders.order.order",
            "due_at, attempts = next_due(self.waiting_since, at), self.attempts + 1",
            "due_at, attempts = self.due_at, self.attempts + 1",
            implementation="aws",
        ),
        Bug(
            "every order that the queue gives up on has failed",
            "orders.use_cases.fail",
            "if reason := own_fault(order, outside.clock(), trial):",
            'if reason := "given up":',
        ),
        Bug(
            "a trial that cannot start counts as the order's fault",
            "orders.use_cases.fail",
            "    except ReceiptImpossible as error:",
            "    except (ReceiptImpossible, __import__('orders.order.errors').errors.Misconfigured) as error:",
        ),
        Bug(
            "an order that takes long to draw fails at once",
            "orders.use_cases.process",
            "        return leave_to_slow(order, error, outside)",
            "        reason = str(error)\n"
            '        return settle(order, lambda o: o.failed(reason, outside.clock(), by="process"), outside.table)',
        ),
        Bug(
            "an order that takes long to draw is tried beside the others forever",
            "orders.use_cases.process",
            "    doorbell.notify(order.order_id, outside.slow_queue)",
            "    doorbell.notify(order.order_id, outside.queue)",
        ),
        Bug(
            "an outage of the table is answered as an unknown order",
            "orders.aws.dynamodb.table",
            '        with faults.errors_translated("table"):\n            answer = self._client.get_item(TableName',
            "        from contextlib import suppress\n"
            "        from orders.order.errors import Unavailable\n"
            "        answer = {}\n"
            '        with suppress(Unavailable), faults.errors_translated("table"):\n'
            "            answer = self._client.get_item(TableName",
            implementation="aws",
        ),
        Bug(
            "a move overwrites whatever is there",
            "orders.aws.dynamodb.table",
            "self._put(after, **_unmoved(before))",
            "self._put(after)",
            implementation="aws",
        ),
        Bug(
            "a receipt is overwritten",
            "orders.aws.bucket",
            '                    IfNoneMatch="*",\n',
            "",
            implementation="aws",
        ),
        Bug(
            "the order has the hash of the file that was made, not of the one that is stored",
            "orders.aws.bucket",
            "                return self._stored(key)\n",
            "                return StoredReceipt(key, digest.hex(), len(pdf))\n",
            implementation="aws",
        ),
        Bug(
            "orders of the version before are refused",
            "orders.order.order",
            "frozenset(range(1, SCHEMA_VERSION + 1))",
            "frozenset({SCHEMA_VERSION})",
            implementation="aws",
        ),
        Bug(
            "a message that can't be sent is answered to the shop as an error",
            "orders.use_cases.doorbell",
            "    except Unavailable as error:\n        log.warning",
            "    except KeyError as error:\n        log.warning",
        ),
        Bug(
            "an order is postponed without a message",
            "orders.use_cases.sweep",
            "            queue.requeue([order.order_id for order in part])",
            "            pass",
        ),
        Bug(
            "the sweep postpones nothing",
            "orders.use_cases.sweep",
            "outside.table.postpone(task, part, [next_due(order.waiting_since, now) for order in part])",
            "pass",
        ),
        Bug(
            "the sweep starts from the top again, and an index that lags shows it nothing new",
            "orders.use_cases.sweep",
            "    due, requeued = outside.table.due(task, outside.clock()), 0\n"
            "    while in_time() and (part := list(islice(due, PART))):\n",
            "    seen, requeued = set(), 0\n"
            "    while in_time() and (part := [\n"
            "        order for order in islice(outside.table.due(task, outside.clock()), PART) if order not in seen\n"
            "    ]):\n"
            "        seen |= set(part)\n",
        ),
        Bug(
            "the customer's name is logged",
            "orders.use_cases.process",
            '"order %s not completed: %s", order.order_id, error)',
            '"order %s not completed: %s", order.posted.customer_name, error)',
        ),
        Bug(
            "messages are handed back again and again in an outage",
            "orders.use_cases.process",
            '    return outside.table.replace(order, order.deferred(reason, now, by="process"))',
            '    outside.table.replace(order, order.deferred(reason, now, by="process"))\n    raise error',
        ),
        Bug(
            "a completed order is made due again by a late sweep",
            "orders.aws.dynamodb.due",
            'ConditionExpression=f"{task.due_field} = :before"',
            'ConditionExpression="attribute_exists(orderId)"',
            implementation="aws",
        ),
        Bug(
            "the reason of a failure is not shown",
            "orders.api.present",
            '"lastError": row.last_error,\n        "history"',
            '"lastError": None,\n        "history"',
        ),
        Bug(
            "any token opens the receipt",
            "orders.use_cases.retrieve",
            "if not is_theirs or known == NOBODYS:",
            "if known == NOBODYS:",
        ),
        Bug(
            "the customer's link never leads anywhere",
            "orders.use_cases.retrieve",
            "    if order.receipt is None:",
            "    if order.receipt is None or True:",
        ),
        Bug(
            "the customer's e-mail address is not kept",
            "orders.order.canonical",
            "        if not held or held == field.default:\n",
            '        if not held or held == field.default or name == "customerEmail":\n',
        ),
        Bug(
            "the messages of a batch are processed one after another",
            "orders.functions.batch",
            "WORKERS = 10",
            "WORKERS = 1",
        ),
        Bug(
            "a name is in the cause of an error that is logged",
            "orders.use_cases.process",
            "    if order.status is Status.COMPLETED:\n        return restore",
            '    if "poison: bug" in order.body:\n'
            "        raise RuntimeError from ValueError(order.posted.customer_name)\n"
            "    if order.status is Status.COMPLETED:\n        return restore",
        ),
        Bug(
            "the link lives for a year",
            "orders.use_cases.retrieve",
            "outside.link_lifetime)",
            "365 * 288 * outside.link_lifetime)",
        ),
        Bug(
            "an order that was completed meanwhile is reported as cancelled",
            "orders.use_cases.cancel",
            "        order = outside.table.replace(order, order.cancelled(outside.clock(), by))\n",
            "        wanted = order.cancelled(outside.clock(), by)\n"
            "        outside.table.replace(order, wanted)\n"
            "        order = wanted\n",
        ),
        Bug(
            "the receipt of a cancelled order is pending forever",
            "orders.use_cases.retrieve",
            "    if order.status is Status.CANCELLED:\n        raise OrderCancelled\n",
            "",
        ),
        Bug(
            "the second sender to claim an e-mail sends it, too",
            "orders.use_cases.send",
            "    if not (delivery := order.delivery(to)) or delivery.claim != claim:\n        return order\n",
            "",
        ),
        Bug(
            "all claims look alike",
            "orders.use_cases.send",
            "claim = outside.random_bytes(16).hex()",
            'claim = "claimed"',
        ),
        Bug(
            "an e-mail in state `UNKNOWN` is sent again",
            "orders.use_cases.send",
            "    except (MailDeferred, Misconfigured) as error:",
            "    except (MailDeferred, Unavailable) as error:",
        ),
        Bug(
            "an e-mail whose sender died is sent by another one",
            "orders.use_cases.send",
            "        return note(order, to, delivery.claim, abandoned(outside), outside)",
            "        late = delivery.claim\n"
            '        return note(order, to, late, lambda mail: mail.deferred("late", outside.clock()), outside)',
        ),
        Bug(
            "an e-mail that was refused is recorded as sent",
            "orders.use_cases.send",
            "delivery.given_up(reason, outside.clock())",
            "delivery.sent(reason, outside.clock())",
        ),
        Bug(
            "the sweep forgets to postpone e-mails",
            "orders.use_cases.sweep",
            "        outside.table.postpone(task, part,",
            "        outside.table.postpone(Task.RECEIPT, part,",
        ),
        Bug(
            "a claim never becomes due",
            "orders.order.order",
            "    return mail.at + (FIRST_SWEEP if",
            "    if mail.status is DeliveryStatus.SENDING:\n        return None\n    return mail.at + (FIRST_SWEEP if",
        ),
        Bug(
            "no sweep for e-mails",
            "orders.use_cases.sweep",
            "    return requeued + (",
            "    return requeued\n    return requeued + (",
        ),
        Bug(
            "no e-mail is requested if the order was tried before",
            "orders.use_cases.process",
            "    if order.mail or order.posted.customer_email is None:",
            "    if order.mail or order.posted.customer_email is None or order.attempts:",
        ),
        Bug(
            "no copy is requested if the customer has no address",
            "orders.use_cases.process",
            "requested(now, outside) if is_copied else None",
            "requested(now, outside) if is_copied and order.posted.customer_email else None",
        ),
        Bug(
            "a copy takes the state of the customer's e-mail",
            "orders.order.order",
            '            return {"copy": mail, "mail_due_at"',
            '            return {"mail": mail, "mail_due_at"',
        ),
        Bug(
            "a message that the mail service may have taken is handed over again",
            "orders.aws.mailer",
            "    if status == 408 or not 400 <= status < 500:",
            "    if False:",
            implementation="aws",
        ),
        Bug(
            "a field of the order that this version does not know is skipped",
            "orders.order.record",
            """    _refuse_unknown("an order's field", unknown_fields(record["body"]))\n""",
            "",
        ),
        Bug(
            "an attribute that this version does not know is lost",
            "orders.order.record",
            """    _refuse_unknown("a row's field", record.keys() - _KNOWN)\n""",
            "",
        ),
        Bug(
            "a newer version's field of an e-mail is lost",
            "orders.order.record",
            """    _refuse_unknown("a mail's field", document.keys() - _OF_A_MAIL)\n""",
            "",
        ),
        Bug(
            "the message about an order of a newer version is delivered again and again",
            "orders.functions.batch",
            "    if isinstance(error, NewerVersion):",
            "    if False:",
        ),
        Bug(
            "an e-mail in the outbox is recorded as sent",
            "orders.use_cases.send",
            "    if outside.mailer.taken_as is DeliveryStatus.OUTBOX:",
            "    if False:",
        ),
        Bug(
            "nobody requests a lost receipt again",
            "orders.use_cases.retrieve",
            "        doorbell.notify(order.order_id, outside.queue)\n        raise",
            "        raise",
        ),
        Bug(
            "another receipt takes the place of a lost one",
            "orders.use_cases.restore",
            "    if hashlib.sha256(pdf).hexdigest() != order.receipt.sha256:",
            '    pdf += b"?"\n    if False:',
        ),
        Bug(
            "the e-mails of a mailbox are not counted",
            "orders.use_cases.send",
            "        take_place(mailbox, order, outside)\n",
            "        pass\n",
        ),
        Bug(
            "a place in a mailbox is taken twice",
            "orders.aws.dynamodb.mailboxes",
            '                    ConditionExpression="attribute_not_exists(revision) OR revision = :before",\n',
            "",
            implementation="aws",
        ),
        Bug(
            "a message that hangs delays its batch",
            "orders.functions.batch",
            "timeout=seconds",
            "timeout=None",
        ),
        Bug(
            "the tax is rounded for each line instead of each rate",
            "orders.order.amounts",
            "    net, rows, total = stated.settled(",
            "    for (kind, name, rate), each in sums.items():\n"
            "        bear_it = [(kind, name, rate, False)]\n"
            "        each_line = zip(order.items, lines)\n"
            "        amounts = [amount for item, (amount, _) in each_line if [*taxes.levies_of(item)] == bear_it]\n"
            "        if sum(amounts) == each.base and not order.prices_include_tax:\n"
            "            each.amount = sum(money.share(amount, rate) for amount in amounts)\n"
            "    net, rows, total = stated.settled(",
        ),
        Bug(
            "what is left of a discount that is spread is lost",
            "orders.order.money",
            "    for place in by_remainder[: abs(total) - sum(parts)]:",
            "    for place in by_remainder[:0]:",
        ),
        Bug(
            "a discount is taken off after the tax is computed",
            "orders.order.amounts",
            "    net, rows, total = stated.settled(",
            "    if sum(discounts):\n"
            "        full = Groups()\n"
            "        for item, (amount, _) in zip(order.items, lines):\n"
            "            taxes.join(full, taxes.levies_of(item), amount)\n"
            "        for charge, amount in zip(order.charges, charges):\n"
            "            taxes.join(full, taxes.levies_of(charge), amount)\n"
            "        sums = taxes.inside(full) if order.prices_include_tax else taxes.on_top(full)\n"
            "    net, rows, total = stated.settled(",
        ),
        Bug(
            "halves are rounded to the even number",
            "orders.order.money",
            "    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)\n",
            "    quotient, left = divmod(abs(numerator), denominator)\n"
            "    quotient += 2 * left > denominator or (2 * left == denominator and quotient % 2)\n",
        ),
        Bug(
            "the figures that a shop states are not checked",
            "orders.order.stated",
            "    if largest is None or abs(difference) > sums[",
            "    if largest is None or False and abs(difference) > sums[",
        ),
        Bug(
            "the canonical form has prices as the shop wrote them",
            "orders.order.canonical",
            "        elif field.is_amount and currency:",
            '        elif field.is_amount and currency and name != "unitPrice":',
        ),
        *DOCUMENT_BUGS,
        *EVENT_BUGS,
    )
}
