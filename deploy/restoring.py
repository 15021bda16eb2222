"""The Makefile's commands that restore data on AWS; docs/aws-restore.md says when to use which.

PYTHONPATH=src python deploy/restoring.py VERB, for each of VERBS

They run beside a live system and are safe to repeat. Without APPLY=yes, those that change orders or receipts only print
what they would change.
"""

import sys

import adopting
import repairing
import stored_receipts
import tables
from stage import Refused, Stage, account
from verbs import Verb, is_set, run, setting


def restore_table(stage: Stage) -> None:
    if at := setting("AT"):
        tables.restore_beside(stage, tables.instant(at))
    else:
        tables.restore_deleted(stage)


def repair_orders(stage: Stage) -> None:
    restored = setting("FROM")
    if not restored:
        raise Refused("Name the restored table, as `make restore-table` prints it: make repair-orders FROM=...")
    live, apply = stage.resource("OrderTable"), is_set("APPLY")
    if apply and setting("CONFIRM") != live:
        refuse_strangers(stage, live, restored)
    repairing.repair(live, restored, apply=apply)


def refuse_strangers(stage: Stage, live: str, restored: str) -> None:
    """Refuse a table that was restored from another one, such as another stage's: its orders would remain for ever."""
    source, again = tables.restored_from(restored), f"{stage.verb('repair-orders')} FROM={restored} APPLY=yes"
    if source not in {None, live}:
        raise Refused(
            f"{restored} was restored from {source}, which is not the table of {stage.stack}. Nothing was changed."
            f" If it\nhas the orders of the same shop: {again} CONFIRM={live}"
        )


def hold_mails(stage: Stage) -> None:
    repairing.hold_mails(stage.resource("OrderTable"), apply=is_set("APPLY"))


def undelete_receipts(stage: Stage) -> None:
    stored_receipts.undelete(stage.resource("ReceiptBucket"), setting("SINCE"), apply=is_set("APPLY"))


def match_receipts(stage: Stage) -> None:
    stored_receipts.match(stage.resource("OrderTable"), stage.resource("ReceiptBucket"), apply=is_set("APPLY"))


def adopt(stage: Stage) -> None:
    adopting.adopt(stage, adopting.Kept(setting("TABLE"), setting("BUCKET"), setting("POOL")))


VERBS: dict[str, Verb] = {
    "restore-table": restore_table,
    "repair-orders": repair_orders,
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
