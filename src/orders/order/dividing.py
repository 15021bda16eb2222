"""How a credit is divided over the taxes and the parts of an order, so that nothing takes more than remains of it."""

from collections.abc import Mapping, Sequence

from orders.order import money
from orders.order.ledger import Ledger
from orders.order.taken import Part, Share, Taken


def of_parts(ledger: Ledger, rest: Taken, parts: Mapping[int, Part]) -> Taken:
    """These parts with their taxes, of what remains: the last part of a group takes all that remains of its taxes."""
    credit = Taken(parts)
    concerned = [number for number, group in enumerate(ledger.groups) if not parts.keys().isdisjoint(group.places)]
    return Taken.of(parts.items(), ((number, _taxes_of_parts(ledger, number, rest, credit)) for number in concerned))


def _taxes_of_parts(ledger: Ledger, number: int, rest: Taken, credit: Taken) -> Share:
    places = ledger.groups[number].places
    if all(rest.part(place).amount == credit.part(place).amount for place in places):
        return ledger.share(number, rest)
    charged, remaining = ledger.charged(number, credit), ledger.charged(number, rest)
    of = rest if 0 <= charged <= remaining or remaining <= charged <= 0 else ledger.whole
    (taxes, bases), of_charged = ledger.share(number, of), ledger.charged(number, of)
    if ledger.is_gross:
        taken = money.apportioned(charged, [*taxes, of_charged - sum(taxes)])[:-1]
    else:
        taken = [_in_proportion(tax, charged, of_charged) for tax in taxes]
    return _with_bases(ledger, number, taken, charged, bases, (charged, of_charged))


def of_amount(ledger: Ledger, rest: Taken, amount: int) -> Taken:
    """An amount with tax, of what remains: spread over the groups, then over taxes and net, then over the parts."""
    parts, shares = dict[int, Part](), dict[int, Share]()
    remaining = [ledger.given_back(number, rest) for number in range(len(ledger.groups))]
    for number, given in enumerate(money.apportioned(amount, remaining)):
        if not given:
            continue
        of = ledger.share(number, rest)
        charged = ledger.charged(number, rest)
        *taxes, without = money.apportioned(given, [*of.taxes, charged - sum(of.taxes) * ledger.is_gross])
        taken = given if ledger.is_gross else without
        shares[number] = _with_bases(ledger, number, taxes, taken, of.bases, (given, remaining[number]))
        parts |= _spread(taken, {place: rest.part(place) for place in ledger.groups[number].places})
    return Taken.of(sorted(parts.items()), shares.items())


def _with_bases(
    ledger: Ledger, number: int, taxes: Sequence[int], charged: int, bases: Sequence[int], ratio: tuple[int, int]
) -> Share:
    """The base of a simple tax is what is credited without tax; another base goes in proportion."""
    net = charged - sum(taxes) if ledger.is_gross else charged
    has_net_base = ledger.groups[number].has_net_base
    return Share(
        tuple(taxes),
        tuple(
            net if is_net else _in_proportion(base, *ratio) for base, is_net in zip(bases, has_net_base, strict=True)
        ),
    )


def _spread(charged: int, parts: Mapping[int, Part]) -> dict[int, Part]:
    """In proportion to what remains of the parts. Each takes as much of its discount."""
    shares = money.apportioned(charged, [part.charged for part in parts.values()])
    return {place: _portion(part, share) for (place, part), share in zip(parts.items(), shares, strict=True)}


def _portion(part: Part, charged: int) -> Part:
    amount, discount = money.apportioned(charged, [part.amount, -part.discount])
    return Part(amount, -discount)


def of_part(rest: Part, amount: int, quantity: int) -> Part:
    """So much of a part, with its share of the discounts. The last of the amount takes all that remains."""
    if amount == rest.amount:
        return rest
    return Part(amount, _in_proportion(rest.discount, amount, rest.amount), quantity)


def _in_proportion(whole: int, numerator: int, denominator: int) -> int:
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return money.divided(whole * numerator, denominator) if denominator else 0
