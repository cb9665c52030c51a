"""What happens while a pass is at work, between two of its requests."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from engine.ports.world import Request
from tests.simulation.stage import CHANNEL, Stage, open_stage


def test_a_booking_that_comes_during_a_pass_is_no_ground_of_it(tmp_path: Path) -> None:
    """Two bookings that cancel out are told as nothing, also where one comes amid a pass."""
    stage = open_stage(tmp_path)
    stage.run()
    stage.put("MUG-01", 3, "MAIN")
    moved = _move_at_the_first_order(stage)
    stage.run()
    assert moved == ["moved"]
    for _ in range(2):
        stage.wait(timedelta(minutes=10))
        assert stage.run() == 0, stage.said

    assert +stage.channel.told == {}
    assert -stage.channel.told == {}


def _move_at_the_first_order(stage: Stage) -> list[str]:
    """What was done, once orders have been asked for."""
    done: list[str] = []

    def choose(system: str, request: Request) -> None:
        if system == CHANNEL and "/v1/Orders" in request.url and not done:
            done.append("moved")
            stage.move("MUG-01", 3, origin="MAIN", target="OFFICE")

    stage.net.choose = choose
    return done
