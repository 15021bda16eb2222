"""No address at which a cloud's machines find their metadata gets a webhook, not even of a host allowed by name."""

from ipaddress import ip_address

import pytest

from orders.outbound.rules import Rules

NAME = "hooks.internal"


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd00:c1::a9fe:a9fe",
     "fd20:ce::254"],
)  # fmt: skip
def test_a_host_that_is_allowed_by_name_may_not_have_an_address_of_metadata(address: str):
    assert not Rules(hosts=frozenset({NAME})).allows(NAME, ip_address(address))
