"""What is told of long work while it lasts: its share, its pace, the time left."""

import time
from io import StringIO

import pytest
from rich.console import Console

from conventio.cli.progress import Tell, _bar, clock

PARTS = {"reading": 20.0, "deciding": 60.0, "writing": 20.0}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the clock, in a list of one."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_rate_and_time_left(at: list[float]) -> None:
    tell = Tell()
    assert (tell.rate(), tell.left()) == ("", "")
    tell.services = 2_000_000
    tell("deciding", 0.25)
    at[0] = 130.0
    assert (tell.rate(), tell.left()) == ("16,666 services/s", "1:30 left")
    tell("done", 1.0)
    assert tell.left() == ""
    assert clock(3661.9) == "61:01"


def test_a_part_that_tells_how_far_it_is_moves_the_bar(at: list[float]) -> None:
    """So it is while reading, of which nothing else is told until it ends."""
    tell, read = Tell(PARTS), [0.0]
    tell.services = 1000
    tell.part("reading", lambda: read[0])
    at[0] = 101.0
    assert (tell.reached, tell.rate(), tell.left()) == (0.0, "", "")
    at[0], read[0] = 105.0, 0.5
    assert (tell.reached, tell.rate(), tell.left()) == (0.1, "20 services/s", "0:45 left")
    at[0] = 107.0
    assert tell.reached == pytest.approx(0.14)  # at the pace so far, until more is known
    at[0], read[0] = 120.0, 1.0
    assert (tell.reached, tell.left()) == (0.2, "1:20 left")
    at[0], read[0] = 121.0, 0.9
    assert tell.reached == 0.2  # never back
    tell.within("deciding", "rules", 0.0, 0.5)
    read[0] = 1.5
    assert tell.reached == pytest.approx(0.2)  # the other is asked no more


def test_two_parts_may_be_done_by_turns(at: list[float]) -> None:
    """Of a check in parts, each is written while others are still to be decided."""
    tell = Tell(PARTS)
    tell.part("reading")
    tell.within("deciding", "outcomes", 0.4, 0.5)
    assert tell.share == pytest.approx(0.44)
    tell.within("writing", "writing", 0.0, 0.5)
    assert tell.share == pytest.approx(0.5)
    at[0] = 160.0
    tell.within("deciding", "rules", 0.5, 0.6)
    assert tell.share == pytest.approx(0.6)
    assert tell.left() == "0:40 left"
    tell.within("writing", "writing", 0.5, 1.0)
    assert tell.share == pytest.approx(0.66)
    tell.part("writing")
    assert tell.share == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("width", "doing"), [(80, "looking for gr…"), (120, "looking for groups with")]
)
def test_a_narrow_terminal_cuts_what_is_done_and_not_the_time_left(
    at: list[float], width: int, doing: str
) -> None:
    tell = Tell(PARTS)
    at[0], tell.services = 160.0, 20_000_000
    console = Console(file=StringIO(), force_terminal=True, width=width, color_system=None)
    tell.bar = _bar(console, tell)
    tell.within("deciding", "groups", 0.5, 0.6)
    with console.capture() as shown:
        console.print(tell.bar.get_renderable())
    assert " 30%  100,000 services/s  2:20 left " in shown.get()
    assert doing in shown.get()
