"""Quantities of the ChannelAdvisor twin over real HTTP: read, set, and changed at most once."""

from __future__ import annotations

import pytest

from engine.errors import BadRecordError, LibraryFaultError, ProtocolError
from engine.model.effect import AnswerKind, Proof
from engine.model.stock import Center, ChannelLevel, QuantityType, QuantityUpdate
from engine.sandbox.faults import FaultRule
from tests.adapters.ca_flows import LATER, Town, body_of, effect, raw_product, stocked, town
from tests.adapters.rig import Rig, raw_order


def update(
    legs: dict[int, int], kind: QuantityType = "Relative", product: str = "1"
) -> QuantityUpdate:
    return QuantityUpdate(product=product, type=kind, legs=legs)


def available(ca: Town, product: str = "1") -> dict[int, int]:
    return dict(ca.stock().level([product])[product].available)


def test_centers_are_told_as_they_are(rig: Rig) -> None:
    """Ids may be 0 or negative; deleted and external ones are in the list, and marked."""
    ca = town(rig, page_sizes={"others": 2})
    main, east, fba = ca.twin.store.shared("DistributionCenters")
    main.update(Name="Main warehouse")
    east.update(IsDeleted=True, Code=None)
    fba.update(Type="ExternallyManaged")

    assert ca.stock().centers() == {
        0: Center(id=0, code="MAIN", name="Main warehouse"),
        7: Center(id=7, code=None, deleted=True),
        -2: Center(id=-2, code="FBA-US", external=True),
    }


def test_an_update_is_rendered_exactly(rig: Rig) -> None:
    """By product id, sorted by center, and its list never claims to be complete."""
    request = town(rig).stock().quantity(update({7: 3, -2: 1, 0: -4}))

    assert (request.method, request.path) == ("POST", "/v1/Products(1)/UpdateQuantity")
    assert body_of(request) == {
        "Value": {
            "UpdateType": "Relative",
            "CompleteDCList": False,
            "Updates": [
                {"DistributionCenterID": -2, "Quantity": 1},
                {"DistributionCenterID": 0, "Quantity": -4},
                {"DistributionCenterID": 7, "Quantity": 3},
            ],
        }
    }


@pytest.mark.parametrize("wrong", [update({}), update({0: -1}, "UnShipped")])
def test_what_makes_no_sense_is_never_rendered(rig: Rig, wrong: QuantityUpdate) -> None:
    """Nothing at all, and a set below zero, which a former script took for a decrement."""
    with pytest.raises(LibraryFaultError):
        town(rig).stock().quantity(wrong)


def test_a_product_is_named_by_its_id(rig: Rig) -> None:
    """A SKU gets into no address."""
    with pytest.raises(ProtocolError, match="'LAMP-01' is no product id"):
        town(rig).stock().quantity(update({0: 1}, product="LAMP-01"))


def test_a_move_is_one_call_with_both_legs(rig: Rig) -> None:
    """Minus here and plus there; a center that is not named keeps its units."""
    ca = town(rig, products=[stocked(1, {0: 10, 7: 5, -2: 3})])
    request = ca.stock().quantity(update({0: -4, 7: 4}))

    assert ca.operation("adjust").send(request, LATER).kind is AnswerKind.DONE

    assert available(ca) == {0: 6, 7: 9, -2: 3}
    assert ca.writes("UpdateQuantity") == 1


@pytest.mark.parametrize(("kind", "then"), [("Absolute", 9), ("InStock", 9), ("UnShipped", 7)])
def test_quantities_are_set_by_type(rig: Rig, kind: QuantityType, then: int) -> None:
    """Of what is there the service takes off what the type says: here two units to be shipped."""
    ca = town(rig, products=[stocked(7, {0: 10}), stocked(8, {0: 1})], orders=[raw_order(1)])
    request = ca.stock().quantity(update({0: 9}, kind, "7"))

    assert ca.operation("set-quantity").send(request, LATER).kind is AnswerKind.DONE

    assert available(ca, "7") == {0: then}


@pytest.mark.parametrize(
    ("kind", "expected", "then"),
    [
        ("cut-before", AnswerKind.UNKNOWN, 10),
        ("cut-after", AnswerKind.UNKNOWN, 12),
        ("500", AnswerKind.UNKNOWN, 10),
        ("500-after", AnswerKind.UNKNOWN, 12),
        ("html-502", AnswerKind.UNKNOWN, 10),
        ("429", AnswerKind.NOT_SENT, 10),
        ("401-once", AnswerKind.DONE, 12),
    ],
)
def test_a_change_is_sent_at_most_once(
    rig: Rig, kind: str, expected: AnswerKind, then: int
) -> None:
    """Whatever the answer, the units move once or not at all, and no reading pretends to know."""
    ca = town(rig, products=[stocked(1, {0: 10})])
    ca.faults(FaultRule(kind=kind, method="POST", path="UpdateQuantity"))
    adjust, request = ca.operation("adjust"), ca.stock().quantity(update({0: 2}))

    assert adjust.send(request, LATER).kind is expected

    assert available(ca) == {0: then}
    assert not adjust.resend_at_once
    assert adjust.verify(effect(request)).proof is Proof.UNCLEAR


def test_a_set_that_may_have_been_done_is_planned_anew(rig: Rig) -> None:
    """Not repeated with the old number, and no person is asked: today's number is sent instead."""
    ca = town(rig, products=[stocked(1, {0: 10})])
    setting, request = ca.operation("set-quantity"), ca.stock().quantity(update({0: 4}, "Absolute"))
    setting.send(request, LATER)

    assert not setting.resend_at_once
    assert setting.verify(effect(request)).proof is Proof.ABSENT


@pytest.mark.parametrize(
    ("legs", "product"), [({99: 1}, "1"), ({0: 1}, "999"), ({0: 1}, "2"), ({-2: 1}, "1")]
)
def test_what_the_service_refuses(rig: Rig, legs: dict[int, int], product: str) -> None:
    """An unknown center, an unknown product, a parent, and a center that others keep."""
    ca = town(rig, products=[stocked(1, {0: 10}), raw_product(2, ProductType="Parent")])
    ca.twin.store.shared("DistributionCenters")[2]["IsExternallyManaged"] = True

    answer = ca.operation("adjust").send(ca.stock().quantity(update(legs, product=product)), LATER)

    assert answer.kind is AnswerKind.REFUSED
    assert available(ca) == {0: 10}


def test_levels_are_told_by_product(rig: Rig) -> None:
    """What can be sold by center, what is held back by product, and what has no own stock."""
    order = raw_order(1)
    products = [
        stocked(7, {0: 10, -2: 0}, Sku="LAMP", OpenAllocatedQuantity=3),
        stocked(8, {}, ProductType="Parent"),
        stocked(9, {}, ProductType="Child", InfiniteQuantity=True, ProfileID=12000102),
    ]
    ca = town(rig, products=products, orders=[order])

    levels = [level for page in ca.stock().levels([]) for level in page]

    assert levels == [
        ChannelLevel(
            product="7",
            profile=12000101,
            sku="LAMP",
            available={0: 10, -2: 0},
            open_allocated=3,
            pending_shipment=2,
        ),
        ChannelLevel(product="8", profile=12000101, sku="SKU-8", available={}, kind="parent"),
        ChannelLevel(
            product="9", profile=12000102, sku="SKU-9", available={}, kind="child", infinite=True
        ),
    ]


def test_levels_come_page_by_page(rig: Rig) -> None:
    """Each page is there before the next one is asked for, and centers beyond the cut are there."""
    many = [stocked(n, dict.fromkeys(range(5), n)) for n in range(1, 8)]
    other = stocked(50, {0: 1}, ProfileID=12000102)
    sizes = {"Products": 3, "others": 2}
    ca = town(rig, products=[*many, other], page_sizes=sizes, nested_limit=2)

    pages = ca.stock().levels([12000101])
    first = next(pages)
    lists = [line for line in ca.asked if "/v1/Products?" in line]
    rest = [level for page in pages for level in page]

    assert (len(first), len(lists)) == (3, 1)
    assert [level.product for level in (*first, *rest)] == [str(n) for n in range(1, 8)]
    assert all(level.available == dict.fromkeys(range(5), int(level.product)) for level in rest)


def test_levels_of_some_products(rig: Rig) -> None:
    """Many products are few calls; what is gone is missing."""
    ca = town(rig, products=[stocked(n, {0: n}) for n in range(1, 60)])

    found = ca.stock().level([str(n) for n in range(1, 70)])

    assert {int(key): level.available for key, level in found.items()} == {
        n: {0: n} for n in range(1, 60)
    }


def test_a_level_without_its_product_is_an_error(rig: Rig) -> None:
    """A row that cannot be told apart must not be left out of a sum in silence."""
    ca = town(rig, products=[stocked(1, {0: 1}, Sku=None)])

    with pytest.raises(BadRecordError, match="product 1 has no Sku"):
        ca.stock().level(["1"])
