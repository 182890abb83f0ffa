"""How long a user waits for the help and for the demo: `python -m benchmarks.commands`."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.__main__ import CONVENTIO, measured

HELP_RUNS, HELP_BAR = 10, 0.4
DEMO_RUNS, DEMO_BAR = 3, 10.0


def waited(name: str, seconds: list[float], bar: float) -> None:
    """Print the median with the least and the most, and whether it is within the bar."""
    median = statistics.median(seconds)
    verdict = "within" if median < bar else "OVER"
    print(
        f"{name:<20}{median:>10.2f}{min(seconds):>8.2f}{max(seconds):>8.2f}"
        f"   {verdict} the bar of {bar:g} s"
    )


def main() -> None:
    """Run both commands again and again."""
    help_asked = [measured("-c", CONVENTIO, "--help").seconds for _ in range(HELP_RUNS)]
    demos = []
    with tempfile.TemporaryDirectory(prefix="conventio-demo-") as place:
        for number in range(DEMO_RUNS):
            folder = str(Path(place) / str(number))
            demos.append(measured("-c", CONVENTIO, "demo", "--out", folder).seconds)
    print(f"{'command':<20}{'median s':>10}{'least':>8}{'most':>8}")
    waited("conventio --help", help_asked, HELP_BAR)
    waited("conventio demo", demos, DEMO_BAR)


if __name__ == "__main__":
    main()
