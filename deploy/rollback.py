"""`make rollback`: let each function run the version again that ran before the last deployment."""

import versions
from botocore.exceptions import ClientError
from stage import Refused, Stage
from versions import BEFORE, LIVE


def roll_back(stage: Stage, *, confirmed: str) -> None:
    """Move the functions back, all or none, and say which.

    Raises:
        Refused: there is nothing to go back to, a deployment is under way, a careful stage was not confirmed, or Lambda
            refused to move a function; nothing was changed.
    """
    if (status := stage.status()).endswith("_IN_PROGRESS") and "CLEANUP" not in status:
        raise Refused(f"{stage.stack} is being deployed ({status}). Cancel that in CloudFormation's console, or wait.")
    live, moves = versions.named(stage, LIVE), to_move(stage)
    if not moves:
        raise Refused(
            f"There is nothing to roll back: the functions of {stage.stack} are those from before"
            "\nits last deployment, or it was deployed only once."
        )
    if stage.careful and confirmed != stage.stack:
        raise Refused(
            f"{listed(stage, live, moves)}\nTo go on, name the stack:\n  {stage.verb('rollback')} CONFIRM={stage.stack}"
        )
    move(moves, {function: live[function] for function in moves})
    print(listed(stage, live, moves))
    print(
        "Rolled back, the functions only: the API's routes, tables, queues, roles and the"
        "\noperators' page are as the last deployment left them. Orders that only the newer"
        "\nversion can read wait for it."
        f"\nThe next {stage.verb('deploy')} moves every function forward again."
    )


def to_move(stage: Stage) -> versions.Versions:
    """The versions to go back to, for those functions that run another one."""
    return versions.differing(versions.named(stage, BEFORE), versions.named(stage, LIVE))


def move(moves: versions.Versions, back: versions.Versions) -> None:
    """Move the functions one after another, within a second or so. If one can't be moved, all are moved back.

    Raises:
        Refused: Lambda refused to move one.
    """
    try:
        versions.point(LIVE, moves)
    except ClientError as error:
        versions.point(LIVE, back)
        raise Refused(f"Lambda refused, so that every function is as it was: {error}") from None


def listed(stage: Stage, live: versions.Versions, moves: versions.Versions) -> str:
    """A line for each function that is moved."""
    names = {physical: name for name, physical in versions.functions(stage).items()}
    return "\n".join(f"  {names[each]:<20} version {live[each]} -> {moves[each]}" for each in moves)
