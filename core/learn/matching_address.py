"""Where somebody lives, as evidence. Towns, postcodes and regions hang together: what one of them
said is not said again by the next.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.learn import matching_fields as fields
from core.learn.matching_fields import Commonness, Told

if TYPE_CHECKING:
    from core.learn.matching_people import Ready


def told(left: "Ready", right: "Ready", common: Commonness) -> Iterator[Told]:
    """What streets, houses, towns and regions say."""
    yield from _streets(left, right, common)
    yield from _house(left.of.house, right.of.house)
    yield from _area(left, right, common)
    if left.of.country and right.of.country:
        same = left.of.country == right.of.country
        yield Told("country_same" if same else "country_other", 0.3 if same else -2.0)


def _streets(left: "Ready", right: "Ready", common: Commonness) -> Iterator[Told]:
    """Both lines of an address; they may have changed places."""
    if not (left.street or left.estate) or not (right.street or right.estate):
        return
    straight = [
        _street(left.street, right.street, common),
        _street(left.estate, right.estate, common),
    ]
    crossed = [
        _street(left.street, right.estate, common),
        _street(left.estate, right.street, common),
    ]
    best = max(straight, crossed, key=sum)
    bits = sum(best)
    if bits:
        yield Told("street_same" if bits > 0 else "street_other", bits - (best is crossed) * 0.5)


def _street(left: str, right: str, common: Commonness) -> float:
    if not left or not right:
        return 0.0
    level = fields.place(left, right)
    if level == 3:
        return -2.0
    rarity = common.bits("street", left, right, least=4, most=10)
    return (rarity, rarity - 1.6, rarity - 3)[level]


def _house(left: str, right: str) -> Iterator[Told]:
    if left and right:
        level = fields.figures(left, right)
        yield Told("house_same" if level == 0 else "house_other", (4.5, 1.0, -1.8)[level])


def _area(left: "Ready", right: "Ready", common: Commonness) -> Iterator[Told]:
    bits, spoke = 0.0, False
    if left.of.postcode and right.of.postcode:
        level, spoke = fields.figures(left.of.postcode, right.of.postcode), True
        rarity = common.bits("postcode", left.of.postcode, right.of.postcode, least=3, most=9)
        bits += (rarity, rarity - 4, -2.5)[level]
    if left.town and right.town:
        level, spoke = fields.place(left.town, right.town), True
        rarity = common.bits("town", left.town, right.town, least=2, most=9)
        bits += (rarity, rarity - 1.6, rarity - 3, -2.0)[level]
    if left.region and right.region:
        same = left.region == right.region
        bits += 1.0 if same else -1.5
    if spoke:
        yield Told("area_same" if bits > 0 else "area_other", min(bits, 14.0))
