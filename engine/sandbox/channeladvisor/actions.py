"""Which method on which address is which write. The names are those of the schema's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.sandbox.channeladvisor import adjusting, fulfillments, quantities, shipping, writes
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.wire import SandboxRequest

Action = Callable[[Scene, Row, Row, SandboxRequest], None]
"""(scene, row, the order or product it belongs to, request); answered 204."""
_OfTop = Callable[[Scene, Row, SandboxRequest], None]


def _of_top(act: _OfTop) -> Action:
    """An action on an order or a product, which belongs to itself."""
    return lambda scene, row, _top, request: act(scene, row, request)


ACTIONS: Mapping[tuple[str, str, str], Action] = {
    ("Orders", "", "PATCH"): _of_top(writes.change_order),
    ("Orders", "ship", "POST"): _of_top(shipping.ship),
    ("Orders", "adjust", "POST"): _of_top(adjusting.adjust_order),
    ("OrderItems", "", "PATCH"): writes.change_line,
    ("OrderItems", "adjust", "POST"): adjusting.adjust_line,
    ("Fulfillments", "", "PATCH"): fulfillments.change,
    ("Fulfillments", "", "DELETE"): fulfillments.delete,
    ("Fulfillments", "move", "POST"): fulfillments.move_all,
    ("FulfillmentItems", "move", "POST"): fulfillments.move_some,
    ("Products", "updatequantity", "POST"): _of_top(quantities.update_quantity),
}
"""(entity set, member in lower case, method) -> action; PUT is as PATCH (documented)."""


def action_of(entity_set: str, member: str, method: str) -> Action | None:
    """The write behind an address, None where there is none."""
    method = "PATCH" if method == "PUT" and not member else method
    return ACTIONS.get((entity_set, member, method))
