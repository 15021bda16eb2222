"""Where moto and dynalite do not answer as the emulator does, and what AWS's own documentation says.

In each of these, AWS documents what the emulator does. A test that begins to pass fails the run: then remove its entry.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Disagreement:
    """`tests` are names of tests, all of which fail on this program. `documented` is the page of AWS that decides.

    Those that fail only sometimes are not run on it: `always` is False.
    """

    program: str
    what_it_does: str
    what_aws_does: str
    documented: str
    tests: tuple[str, ...]
    always: bool = True

    def is_shown_by(self, item: str) -> bool:
        """Whether a test with these parameters shows it, as `test_x[S3 of moto]`."""
        name, _, parameters = item.partition("[")
        return name in self.tests and bool(re.search(rf"of {self.program}\b", parameters))


DISAGREEMENTS = (
    Disagreement(
        "moto",
        "forgets the SHA-256 of an object that is stored without x-amz-sdk-checksum-algorithm, so HEAD has none",
        "stores the checksum that the caller computed with the object, and HeadObject returns it in the mode ENABLED. "
        "The header x-amz-sdk-checksum-algorithm is for SDKs that compute it themselves",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html",
        ("test_the_first_bytes_under_a_key_stay", "test_of_many_that_race_for_a_key_all_see_the_same"),
    ),
    Disagreement(
        "moto",
        "does not keep transactions at the same time apart: one that is cancelled takes back what others wrote. It "
        "copies the table for each item of a transaction, which takes seconds for a large one",
        "runs transactions as if one after another, and cancels those that meet at an item",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html",
        (
            "test_a_batch_may_be_larger_than_one_write_of_any_table",
            "test_of_many_that_issue_at_once_each_row_has_one_number_and_no_number_is_left_out",
            "test_of_many_that_append_at_once_one_wins_and_only_its_document_is_there",
        ),
        always=False,
    ),
    Disagreement(
        "moto",
        "compares a row and writes it in two steps, so of two that replace one revision at once both can win",
        "evaluates the condition of a write and writes in one step",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html"
        "#WorkingWithItems.ConditionalUpdate",
        (
            "test_of_many_that_race_for_one_id_one_wins_and_all_see_the_same",
            "test_of_many_that_race_to_move_a_row_one_wins_and_all_see_the_same",
            "test_of_many_that_race_for_a_place_each_takes_one_of_its_own",
            "test_of_many_who_change_it_at_once_one_wins",
            "test_of_many_workers_one_gets_the_lease",
        ),
        always=False,
    ),
    Disagreement(
        "dynalite",
        "has neither streams nor transactions, so nothing can be counted, and no number issued (tests/contract/"
        "test_numbers.py does not run on it)",
        "writes each change of an item to the stream of its table, and TransactWriteItems adds up the counts",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
        (
            "test_they_are_not_among_what_is_counted_of_orders",
            "test_activity_is_what_moved_in_the_last_hour_and_what_is_in_each_state_now",
            "test_activity_follows_an_order_there_and_back",
            "test_activity_of_nothing_is_nothing",
            "test_an_order_that_was_completed_long_ago_can_be_refunded_and_corrected",
        ),
    ),
)
