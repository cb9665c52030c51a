"""What of its systems' raw records a customer's rules read: a source asks for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.compiler.reads import of_orders, of_products
from engine.customers import Customer
from engine.model.wanted import Wanted
from engine.record_shapes import described


def reads_of(customer: Customer, connection: str) -> Mapping[str, Wanted]:
    """Kind of record (`order`, `product`) -> what is read of those of this connection.

    A kind is missing where all of it is needed, or might be: a rule reads it as a whole, or names a
    member that nobody has described, which the system may know or not.
    """
    adapter = customer.adapters.get(connection)
    return {
        kind: wanted
        for kind, source, wanted in _all(customer)
        if source == connection and wanted is not None
        if wanted.members <= described(kind, adapter)
    }


def _all(customer: Customer) -> Iterator[tuple[str, str, Wanted | None]]:
    """Each kind of record with the connection that it comes from."""
    orders, items = customer.compiled, customer.items
    yield "order", orders.rules.source, of_orders(orders)
    if items is not None:
        yield "product", items.rules.source, of_products(items)
