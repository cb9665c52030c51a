"""What the oracle makes of orders that are told whole, and are not packed to their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.acceptance.week import PROFILE
from tests.simulation.books import Books
from tests.simulation.people import BUYER, FIRST_ORDER
from tests.simulation.scenes import SCENES, Overlay, Scene
from tests.simulation.stage import Stage, open_stage
from tests.simulation.truth import Ending, untold

GOODS = ("LAMP-01", "MUG-01", "TEA-05")
NUMBER = f"US-{FIRST_ORDER}"


def _tells_whole(overlay: Overlay) -> bool:
    return overlay.get("shipments", {}).get("level") == "order"


WHOLE = next(scene for scene in SCENES if _tells_whole(scene.overlay))
TURNING = next(scene for scene in SCENES if _tells_whole(scene.then))


def test_nothing_of_an_open_order_is_due_where_it_is_told_whole(tmp_path: Path) -> None:
    """A box is not due before the last one is closed; then all are, and before then none may be."""
    stage = _picked(tmp_path, WHOLE)
    _pack(stage, 1)
    _pass(stage)
    assert _missing(stage) == []
    _pack(stage, 2)
    _pack(stage, 3)
    assert _missing(stage) == [(1, 0)] * 3
    _pass(stage)
    assert _missing(stage) == []

    early = _ending(stage)
    early.after.warehouse["orders"][0]["packed"] = None
    assert _units(early) == [(0, 1)] * 3


def test_an_order_that_was_begun_box_by_box_is_due_box_by_box(tmp_path: Path) -> None:
    """After the ruleset has changed, a box that no message names is told by the nightly look."""
    stage = _picked(tmp_path, TURNING)
    _pack(stage, 1)
    _pass(stage)
    stage.change_rules()
    _pack(stage, 2)
    assert _missing(stage) == [(1, 0)]
    stage.wait(timedelta(days=1))
    _pass(stage)
    assert _missing(stage) == []


def test_an_order_that_was_not_begun_waits_for_its_last_box(tmp_path: Path) -> None:
    """Boxes that were closed and not told before the ruleset changed are told with the last one."""
    stage = _picked(tmp_path, TURNING)
    _pack(stage, 1)
    stage.change_rules()
    _pass(stage)
    assert _missing(stage) == []
    _pack(stage, 2)
    _pack(stage, 3)
    assert _missing(stage) == [(1, 0)] * 3
    _pass(stage)
    assert _missing(stage) == []


def _picked(root: Path, scene: Scene) -> Stage:
    """An order of three lines is picked, and nothing of it is packed."""
    stage = open_stage(root, scene)
    stage.run()
    lines = [(sku, 1, 7) for sku in GOODS]
    stage.sell(PROFILE, *lines, **BUYER, ID=FIRST_ORDER, SiteOrderID="114-1")
    _pass(stage)
    stage.pick(NUMBER)
    return stage


def _pack(stage: Stage, line: int) -> None:
    """A line of it goes into a box of its own, which has its label at once."""
    box = f"BOX-{line}"
    stage.pack(NUMBER, {"id": box, "contents": {str(line): 1}})
    stage.label(NUMBER, f"1Z-{line}", box=box)


def _pass(stage: Stage) -> None:
    stage.wait(timedelta(minutes=10))
    stage.run()


def _missing(stage: Stage) -> list[tuple[int, int]]:
    """Of each line of which another number is due than was told, both."""
    return _units(_ending(stage))


def _units(ending: Ending) -> list[tuple[int, int]]:
    words = [text.rpartition(": ")[2].split() for text in untold(ending)]
    return [(int(one[0]), int(one[-3])) for one in words]


def _ending(stage: Stage) -> Ending:
    """As it is now, with nobody told of anything."""
    books = Books.of(stage.root)
    states = stage.states()
    return Ending(
        scene=stage.scene,
        before=states,
        after=states,
        books=replace(books, inbox=(), holds=()),
        codes=(),
        printed="",
        told={},
        shipped={},
    )
