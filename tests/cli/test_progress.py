"""What is told of long work while it lasts: its share, its pace, the time left."""

import time

import pytest

from conventio.cli.progress import Tell, clock

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
    tell.within("deciding", 0.0, "rules", 30.0)
    read[0] = 1.5
    assert tell.reached == pytest.approx(0.2)  # the other is asked no more


def test_what_is_done_in_the_middle_of_another_part_is_no_part_of_its_own(at: list[float]) -> None:
    """Of a check in parts, each is written while others are still to be decided."""
    tell = Tell(PARTS)
    tell.while_doing("writing", "deciding")
    at[0] = 160.0
    tell.within("deciding", 0.5, "rules", 10.0)
    assert tell.share == pytest.approx(0.6)
    assert tell.left() == "0:40 left"
