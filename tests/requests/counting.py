"""Counts what goes over the wire of a stage, by kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from engine.ports.world import Request
from tests.requests.minimum import Kinds
from tests.simulation.stage import Stage

APART = ("token", "centers")
"""What belongs to a pass as such, and is counted apart."""

_KINDS = (
    ("token", r"POST .*/oauth2/token"),
    ("centers", r"GET .*/v1/DistributionCenters"),
    ("time", r"GET .*/v1/Profiles\?"),
    ("new orders", r"GET .*/v1/Orders\?.*exported=false"),
    ("handled orders", r"GET .*/v1/Orders\?.*exported=true"),
    ("orders by id", r"GET .*/v1/Orders\?.*ID eq"),
    ("export flag", r"POST .*/v1/Orders\(\d+\)/Export"),
    ("ship", r"POST .*/v1/Orders\(\d+\)/Ship"),
    ("quantity", r"POST .*/v1/Products\(\d+\)/UpdateQuantity"),
    ("products by SKU", r"GET .*/v1/Products\?.*Sku eq"),
    ("levels", r"GET .*/v1/Products\?.*DCQuantities"),
    ("products", r"GET .*/v1/Products\?.*UpdateDateUtc"),
    ("messages", r"GET .*/HostQueueApi/GetMessages"),
    ("messages taken", r"POST .*/HostQueueApi/Acknowledge"),
    ("order in the warehouse", r"GET .*/OrderApi/GetOrder\?"),
    ("changed in the warehouse", r"GET .*/OrderApi/GetOrders\?"),
    ("create", r"POST .*/OrderApi/AddOrder"),
    ("delete", r"DELETE .*/OrderApi/DeleteOrder"),
    ("item", r"GET .*/ItemApi/GetItem\?"),
    ("write items", r"POST .*/ItemApi/\w*MultipleItems"),
    ("shelves", r"GET .*/InventoryApi/GetInventory"),
)


def kind_of(request: Request) -> str:
    """What a request is for; its address where no kind is known."""
    said = f"{request.method} {unquote(request.url)}"
    return next((kind for kind, form in _KINDS if re.match(form, said)), said)


@contextmanager
def counted(stage: Stage) -> Iterator[Kinds]:
    """All requests while it is open."""
    kinds: Kinds = Counter()

    def count(_system: str, request: Request) -> None:
        kinds[kind_of(request)] += 1

    stage.net.choose = count
    yield kinds
    stage.net.choose = lambda _system, _request: None
