"""E-mails wait for their turn, and for room in the account's quota, so that SES refuses none."""

import math
from dataclasses import dataclass, field

import pytest

from orders.aws.mail_rate import LONGEST_WAIT, OF_A_NEW_ACCOUNT, MailRate, Quota
from orders.functions import batch
from orders.local.lambda_ import template
from orders.order.errors import MailThrottled

PER_SECOND = 1.0
SANDBOX = Quota(PER_SECOND, 200)
"""https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"""
DAY = 24 * 3600.0


@dataclass
class Account:
    """An account of SES with its clock. Who sleeps moves the clock. It counts what is sent, as SES does."""

    quota: Quota | None = SANDBOX
    now: float = 1_000.0
    readings: int = 0
    sent: list[float] = field(default_factory=list)

    def read(self) -> Quota | None:
        self.readings += 1
        if self.quota is None:
            return None
        lately = [at for at in self.sent if at > self.now - DAY]
        return Quota(self.quota.per_second, self.quota.left - len(lately))

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def sender(self, senders: int = 1) -> MailRate:
        return MailRate(self.read, senders, lambda: self.now, self.sleep)

    def send(self, rate: MailRate) -> bool:
        """Whether it was sent, and did not have to wait for another day."""
        try:
            rate.wait_for_turn()
        except MailThrottled:
            return False
        self.sent.append(self.now)
        return True


@pytest.fixture
def account() -> Account:
    return Account()


def most_within(seconds: float, sent: list[float]) -> int:
    return max(sum(at <= other < at + seconds for other in sent) for at in sent)


def test_ten_mails_at_one_a_second_take_ten_seconds_and_all_are_sent(account: Account):
    rate = account.sender()

    assert all(account.send(rate) for _ in range(10))
    assert 9 <= account.sent[-1] - account.sent[0] <= 11
    assert most_within(1, account.sent) == 1
    assert account.readings == 1


def test_an_account_with_a_high_rate_makes_nobody_wait(account: Account):
    account.quota = Quota(500, 1_000_000)
    rate = account.sender()

    assert all(account.send(rate) for _ in range(100))
    assert account.sent[-1] - account.sent[0] < 0.3


def test_two_processes_together_keep_the_rate(account: Account):
    """Each of the two lets the clock stand still for the other, so their times are compared on one line."""
    times: list[float] = []
    for rate in (account.sender(2), account.sender(2)):
        account.now, account.sent = 1_000.0, []
        assert all(account.send(rate) for _ in range(5))
        times += account.sent

    assert len(times) / (max(times) - min(times) + 2 / PER_SECOND) <= PER_SECOND


def test_a_batch_of_ten_in_a_new_account_waits_in_one_call_of_its_function(account: Account):
    """Ten threads come at the same time. Each is told its pause, and none is sent away."""
    pauses: list[float] = []
    rate = MailRate(account.read, 2, lambda: account.now, pauses.append)
    for _ in range(10):
        rate.wait_for_turn()
    timeout = template.load().functions["SendReceiptFunction"].timeout.total_seconds()

    assert pauses == sorted(pauses)
    assert pauses[-1] < timeout - batch.SPARE_SECONDS - 5


def test_a_mail_that_would_wait_for_too_long_is_put_off_instead(account: Account):
    pauses: list[float] = []
    rate = MailRate(account.read, 2, lambda: account.now, pauses.append)
    outcomes = [account.send(rate) for _ in range(100)]

    assert outcomes == sorted(outcomes, reverse=True)
    assert max(pauses) <= LONGEST_WAIT


def test_a_quota_that_is_used_up_lets_no_mail_go_until_there_is_room(account: Account):
    account.quota = Quota(PER_SECOND, 20)
    rate = account.sender()
    outcomes = [account.send(rate) for _ in range(25)]
    account.sleep(DAY)

    assert outcomes == [True] * 20 + [False] * 5
    assert all(account.send(rate) for _ in range(5))
    assert most_within(DAY, account.sent) <= 20


def test_while_the_quota_is_used_up_it_is_read_every_five_minutes_and_no_more(account: Account):
    account.quota = Quota(PER_SECOND, 0)
    rate = account.sender()
    for _ in range(60):
        assert not account.send(rate)
        account.sleep(10)

    assert account.readings == 2


def test_without_a_known_quota_mails_go_at_the_rate_of_a_new_account(account: Account):
    account.quota = None
    rate = account.sender()

    assert all(account.send(rate) for _ in range(100))
    assert account.sent[-1] - account.sent[0] >= 99 / OF_A_NEW_ACCOUNT.per_second
    assert account.readings == 2, "it is read again after a minute"


def test_a_quota_that_can_not_be_read_again_stays_as_it_was(account: Account):
    account.quota = Quota(100, math.inf)
    rate = account.sender()
    assert account.send(rate)
    account.quota = None
    account.sleep(600)
    began = account.now

    assert all(account.send(rate) for _ in range(100))
    assert account.now - began < 2


def test_after_a_refusal_the_others_wait_and_the_quota_is_read_again(account: Account):
    account.quota = Quota(100, math.inf)
    rate = account.sender()
    assert account.send(rate)
    rate.slow_down()
    account.quota = Quota(100, 0)
    assert account.send(rate)

    assert account.sent[1] - account.sent[0] >= 1
    assert not account.send(rate)


def test_to_read_the_quota_of_a_slow_ses_counts_as_waiting(account: Account, monkeypatch: pytest.MonkeyPatch):
    """Otherwise the last e-mail of a batch would be claimed when the function has no time left to send it."""

    def slowly() -> Quota:
        account.now += LONGEST_WAIT + 1
        return SANDBOX

    monkeypatch.setattr(account, "read", slowly)

    assert not account.send(account.sender())
