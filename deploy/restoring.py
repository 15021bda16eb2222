"""The Makefile's commands that restore data on AWS; docs/aws-restore.md says when to use which.

PYTHONPATH=src python deploy/restoring.py VERB, for each of VERBS

They run beside a live system and are safe to repeat. Without APPLY=yes, those that change orders or receipts only print
what they would change.
"""

import sys

import adopting
import event_tables
import repairing
import stored_receipts
import tables
from stage import Refused, Stage, account
from verbs import Verb, is_set, run, setting


def restore_table(stage: Stage) -> None:
    kind = tables.kind_of(setting("OF", tables.ORDERS.what))
    if at := setting("AT"):
        tables.restore_beside(stage, tables.instant(at), kind)
    elif kind is tables.EVENTS:
        event_tables.restore_deleted(stage)
    else:
        tables.restore_deleted(stage)


def repair_orders(stage: Stage) -> None:
    live, restored = live_and_restored(stage, tables.ORDERS)
    repairing.repair(live, restored, apply=is_set("APPLY"))


def repair_events(stage: Stage) -> None:
    live, restored = live_and_restored(stage, tables.EVENTS)
    event_tables.repair(live, restored, apply=is_set("APPLY"))


def record_events(stage: Stage) -> None:
    event_tables.record_missing(stage.resource("OrderTable"), stage.resource("EventTable"))


def live_and_restored(stage: Stage, kind: tables.Kind) -> tuple[str, str]:
    """The names of the live table, and of the restored one that is to repair it."""
    restored, live = setting("FROM"), stage.resource(kind.resource)
    if not restored:
        raise Refused(f"Name the restored table, as `make restore-table` prints it: make {kind.repair} FROM=...")
    if is_set("APPLY") and setting("CONFIRM") != live:
        refuse_strangers(stage, kind, live, restored)
    return live, restored


def refuse_strangers(stage: Stage, kind: tables.Kind, live: str, restored: str) -> None:
    """Refuse a table that was restored from another one, such as another stage's: what is put back would remain."""
    source, again = tables.restored_from(restored), f"{stage.verb(kind.repair)} FROM={restored} APPLY=yes"
    if source not in {None, live}:
        raise Refused(
            f"{restored} was restored from {source}, which is not the table of {stage.stack}. Nothing was changed."
            f" If it\nhas the {kind.what} of the same shop: {again} CONFIRM={live}"
        )


def hold_mails(stage: Stage) -> None:
    repairing.hold_mails(stage.resource("OrderTable"), apply=is_set("APPLY"))


def undelete_receipts(stage: Stage) -> None:
    stored_receipts.undelete(stage.resource("ReceiptBucket"), setting("SINCE"), apply=is_set("APPLY"))


def match_receipts(stage: Stage) -> None:
    stored_receipts.match(stage.resource("OrderTable"), stage.resource("ReceiptBucket"), apply=is_set("APPLY"))


def adopt(stage: Stage) -> None:
    adopting.adopt(stage, adopting.Kept(setting("TABLE"), setting("BUCKET"), setting("POOL"), setting("EVENTS")))


VERBS: dict[str, Verb] = {
    "restore-table": restore_table,
    "repair-orders": repair_orders,
    "repair-events": repair_events,
    "record-events": record_events,
    "hold-mails": hold_mails,
    "undelete-receipts": undelete_receipts,
    "match-receipts": match_receipts,
    "adopt": adopt,
}


def main(verb: str, stage: Stage) -> None:
    print(f"{stage.stack} in {account()}", flush=True)
    VERBS[verb](stage)


if __name__ == "__main__":
    run(main, sys.argv[1])
