"""Mistakes with events, webhooks and the feed that the simulation must notice."""

from tests.simulation.mutation import Bug

_DELIVER = "orders.use_cases.webhooks.deliver"
_MANAGE = "orders.use_cases.webhooks.manage"
_RECORDING = "orders.aws.dynamodb.recording"
_STORED = '        stored = _stored(progress, after.claimed(progress.lease or "", ports.clock()), deliveries, ports)\n'

EVENT_BUGS = (
    # The feed.
    Bug(
        "the last record of a batch is not recorded",
        _RECORDING,
        "        events = [event for record in records for event in",
        "        events = [event for record in records[: max(1, len(records) - 1)] for event in",
        implementation="aws",
    ),
    Bug(
        "a batch of the stream that comes again is appended again",
        _RECORDING,
        "            while (unknown := self._unknown(events, since)) and self._append(unknown):\n"
        "                pass\n",
        "            self._recent.look(since, self._clock())\n"
        "            unknown = [] if self._append(events) else events\n",
        implementation="aws",
    ),
    Bug(
        "only the newest batch is looked at before an append",
        _RECORDING,
        "        since = min(map(self._created_at, records)) - MARGIN\n",
        "        since = self._clock()\n",
        implementation="aws",
    ),
    Bug(
        "a batch takes the place of another one in the feed",
        _RECORDING,
        '        if not self._put(item_of(batch), "attribute_not_exists(pk)"):',
        '        if not self._put(item_of(batch), ""):',
        implementation="aws",
    ),
    Bug(
        "an event is made although nothing moved",
        "orders.order.event",
        '    if before["status"] == after["status"]:\n        return None\n',
        '    is_same = before["revision"] == after["revision"]\n'
        '    if before["status"] == after["status"] and is_same:\n        return None\n',
    ),
    Bug(
        "an order that is tried again is told as a new one",
        "orders.order.event",
        '    return RETRIED if after["status"] == RECEIVED else',
        '    return RECEIVED if after["status"] == RECEIVED else',
    ),
    Bug(
        "the copy of an e-mail has no event",
        "orders.order.event",
        "    found = {Addressee.CUSTOMER: mail, Addressee.COPY: copy}",
        "    found = {Addressee.CUSTOMER: mail}",
    ),
    Bug(
        "an event has the whole order in it",
        "orders.order.event",
        '        "metadata": body.get("metadata"),\n        "mail"',
        '        "metadata": body,\n        "mail"',
    ),
    Bug(
        "a reader who wants few types skips an event at the end of each part",
        "orders.use_cases.events",
        "                return Part(tuple(found), cursor, has_more=True)\n            found.append(event)",
        "                return Part(tuple(found), event.id, has_more=True)\n            found.append(event)",
    ),
    Bug(
        "a reader who reads on gets the last event again",
        "orders.aws.dynamodb.feed",
        "        return list(islice(chain(known.events_from(index + 1), others), limit))",
        "        return list(islice(chain(known.events_from(index), others), limit))",
        implementation="aws",
    ),
    Bug(
        "the cursor skips the rest of its batch",
        "orders.aws.dynamodb.feed",
        "        return list(islice(chain(known.events_from(index + 1), others), limit))",
        "        return list(islice(others, limit))",
        implementation="aws",
    ),
    Bug(
        "the feed is read as it was a moment ago",
        "orders.aws.dynamodb.batch_reader",
        '            "ConsistentRead": True,\n            "Limit"',
        '            "ConsistentRead": False,\n            "Limit"',
        implementation="aws",
    ),
    # The signature.
    Bug(
        "the signature is that of another body",
        "orders.order.signature",
        '    signed = b".".join([event_id.encode(), timestamp.encode(), body])',
        "    signed = b\".\".join([event_id.encode(), timestamp.encode(), body.strip(b'{}')])",
    ),
    Bug(
        "a secret that is new signs alone at once",
        "orders.order.webhook",
        "        return replace(self, secrets=(Secret(secret), before), revision=self.revision + 1)",
        "        return replace(self, secrets=(Secret(secret),), revision=self.revision + 1)",
    ),
    Bug(
        "a secret that is new never signs",
        "orders.order.webhook",
        "        return replace(self, secrets=(Secret(secret), before), revision=self.revision + 1)",
        "        return replace(self, secrets=(before, Secret(secret, now)), revision=self.revision + 1)",
    ),
    Bug(
        "an event is signed as of the time when it happened",
        _DELIVER,
        "    signed = signature.headers(delivery.event_id, now, body,",
        "    signed = signature.headers(delivery.event_id, delivery.created_at, body,",
    ),
    # Deliveries.
    Bug(
        "a retry has a new id",
        _DELIVER,
        "    signed = signature.headers(delivery.event_id, now, body,",
        "    signed = signature.headers(f'{delivery.event_id}_{delivery.attempts}', now, body,",
    ),
    Bug(
        "the cursor goes on before the deliveries are stored",
        _DELIVER,
        "        answers = ports.sender.post_all(",
        "        early = replace(work.progress, revision=progress.revision + 1)\n"
        "        if ports.webhooks.advance(progress, early) != early:\n"
        "            return None\n"
        "        progress, work = early, replace(work, progress=early)\n"
        "        answers = ports.sender.post_all(",
    ),
    Bug(
        "the deliveries that failed are not stored",
        _DELIVER,
        _STORED,
        "        kept = [each for each in deliveries if each.due_at is None]\n" + _STORED.replace("deliveries", "kept"),
    ),
    Bug(
        "a lease never ends",
        "orders.order.webhook",
        "        return self.lease is not None and self.leased_until is not None and now < self.leased_until",
        "        return self.lease is not None",
    ),
    Bug(
        "a circuit never opens",
        "orders.order.webhook",
        "        return self.failures >= OPENS_AFTER",
        "        return False",
    ),
    Bug(
        "a delivery that failed is not shown",
        "orders.order.webhook",
        "            return replace(after, status=WebhookDeliveryStatus.FAILED)",
        "            return replace(after, status=WebhookDeliveryStatus.DELIVERED)",
    ),
    Bug(
        "a delivery fails after the third attempt",
        "orders.order.webhook",
        "        if after.attempts > len(RETRIES) or self.test is not None:",
        "        if after.attempts > 2 or self.test is not None:",
    ),
    Bug(
        "an answer of 500 counts as taken",
        "orders.order.webhook",
        "        return self.status is not None and 200 <= self.status < 300 and self.error is None",
        "        return self.status is not None and self.error is None",
    ),
    Bug(
        "Retry-After is not honoured",
        "orders.order.webhook",
        "due_at=at + max(pause, asked))",
        "due_at=at + pause)",
    ),
    Bug(
        "the filter of an endpoint is ignored",
        "orders.order.webhook",
        "        return not self.types or type_ in self.types",
        "        return True",
    ),
    Bug(
        "an endpoint that is disabled gets events",
        _DELIVER,
        "    if not endpoint.is_enabled or before.is_leased(now) or",
        "    if before.is_leased(now) or",
    ),
    Bug(
        "an endpoint is disabled by an error",
        "orders.order.webhook",
        "        return self.status == 410",
        "        return self.status in {410, 404, 500}",
    ),
    Bug(
        "an endpoint that is enabled again skips what it missed",
        _MANAGE,
        "if skip_missed else after",
        "if True else after",
    ),
    Bug(
        "a replay misses the last event",
        _DELIVER,
        "    wanted = list(takewhile(replay.reaches, events))",
        "    wanted = [event for event in takewhile(replay.reaches, events) if event.id < replay.until]",
    ),
    Bug(
        "a replay is forgotten if a worker stores its outcome meanwhile",
        _DELIVER,
        "    merged = replace(after, replays=(*after.replays, *added), again=again, revision=stored.revision + 1)",
        "    merged = replace(after, again=again, revision=stored.revision + 1)",
    ),
    Bug(
        "a single event that is replayed while it is sent keeps the outcome of that attempt",
        _DELIVER,
        "again=(), revision=progress.revision + 1), deliveries, ports)",
        "again=(), revision=progress.revision + 1), (), ports)",
    ),
    Bug(
        "an event that is replayed by itself stays as it is",
        _DELIVER,
        "    return WebhookDelivery(endpoint.id, event.id, event.type.value, created_at=now, due_at=now)\n",
        "    return WebhookDelivery(endpoint.id, event.id, event.type.value, now, WebhookDeliveryStatus.DELIVERED)\n",
    ),
    Bug(
        "an endpoint keeps its neighbours waiting",
        _DELIVER,
        "    if not endpoint.is_enabled or before.is_leased(now) or",
        "    ids = {each.id for each in ports.webhooks.endpoints()} - {endpoint_id}\n"
        "    others = [ports.webhooks.progress(each) for each in sorted(ids)]\n"
        "    if not endpoint.is_enabled or any(each.failures for each in others) or",
    ),
    Bug(
        "nobody sends another message for an endpoint whose message was lost",
        "orders.functions.sweep_orders",
        "    if events:\n",
        "    if False:\n",
    ),
)
