"""POST Products(ID)/UpdateQuantity: every quantity type, per DC.

Documented: the types and their formulas; bundles and parents have no quantity of their own;
externally managed DCs are not written (seen in client code). Inferred: the refusals (400), that
DCs which a complete list leaves out become 0, and that a quantity below 0 becomes 0 (a setting).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.bodies import checked, required, value_of
from engine.sandbox.channeladvisor.product_members import PENDING
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.wire import SandboxRequest

KINDS: Mapping[str, str] = {
    "UpdateType": "QuantityUpdateType",
    "CompleteDCList": "boolean",
    "Updates": "rows",
}
UPDATE_KINDS: Mapping[str, str] = {"DistributionCenterID": "whole", "Quantity": "whole"}

Withheld = Mapping[str, int]
_OPEN = "OpenAllocatedQuantity"
_IN_STOCK = (_OPEN, *PENDING[:2])
_UN_SHIPPED = (_OPEN, *PENDING)


def _less(names: tuple[str, ...]) -> Callable[[int, int, Withheld], int]:
    return lambda _old, quantity, held: quantity - sum(held[name] for name in names)


FORMULAS: Mapping[str, Callable[[int, int, Withheld], int]] = {
    "Absolute": _less(()),
    "Relative": lambda old, quantity, _held: old + quantity,
    "Available": _less((_OPEN,)),
    "InStock": _less(_IN_STOCK),
    "UnShipped": _less(_UN_SHIPPED),
}
"""Type -> (available now, quantity sent, what is held back in the DC) -> available then."""


def update_quantity(scene: Scene, product: Row, request: SandboxRequest) -> None:
    """Writes all DCs of the request. Raises RefusedError (400) and writes none then."""
    members = value_of(request, KINDS)
    required(members, "UpdateType", "Updates")
    if scene.store.stock.bundled(product) or product["ProductType"] in ("Bundle", "Parent"):
        raise odata_error("The quantity of a bundle or a parent cannot be set.")
    sent = _sent(scene, members["Updates"])
    quantities = _absent(scene, product, members)
    for center, quantity in sent.items():
        held = scene.store.stock.withheld(product, center)
        old = scene.store.stock.available(product, center)
        quantities[center] = scene.floored(FORMULAS[members["UpdateType"]](old, quantity, held))
    if quantities:
        scene.store.stock.assign(product, quantities, scene.now)


def _sent(scene: Scene, updates: list[Row]) -> dict[int, int]:
    """DC -> quantity of the request."""
    sent: dict[int, int] = {}
    for row in updates:
        update = checked(row, UPDATE_KINDS)
        required(update, *UPDATE_KINDS)
        center = update["DistributionCenterID"]
        scene.check_center(center)
        if _external(scene, center):
            raise odata_error(f"The distribution center {center} is externally managed.")
        if center in sent:
            raise odata_error(f"The distribution center {center} is given twice.")
        sent[center] = update["Quantity"]
    return sent


def _absent(scene: Scene, product: Row, members: Row) -> dict[int, int]:
    """The DCs that become 0, where the list is said to be complete."""
    complete = members.get("CompleteDCList")
    if not (scene.settings.complete_dc_list if complete is None else complete):
        return {}
    centers = [row["DistributionCenterID"] for row in product["DCQuantities"]]
    return {center: 0 for center in centers if not _external(scene, center)}


def _external(scene: Scene, center: int) -> bool:
    row = scene.store.center(center)
    return row is not None and bool(row["IsExternallyManaged"])
