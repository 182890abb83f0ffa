"""How soon a check ends that is told to: `python -m benchmarks.stops --times 100 [FOLDER]`.

Each check is a process of its own that gets Ctrl-C at a random moment. It must end within a second,
with one sentence and the code 130, and leave nothing in its output folder or beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import HERE, population

LONGEST = 1.0
"""Seconds within which a check has to end."""
TOLD = re.compile(r"^Stopped\b.*\(?.*nothing was written\.\n$")


@dataclass(frozen=True)
class Stop:
    """One check that was told to end: after how long, how long it took to, and where it was."""

    after: float
    took: float
    stage: str
    faults: Sequence[str]


def stop(folder: Path, out: Path, options: Sequence[str], after: float) -> Stop | None:
    """Start a check and tell it to end; None where it was done before."""
    words = (sys.executable, "-m", "conventio", "check", str(folder), "--out", str(out), *options)
    before = set(out.parent.iterdir())
    process = subprocess.Popen(
        words, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(after)
    told = time.perf_counter()
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate()
    took = time.perf_counter() - told
    if process.returncode == 0 or (process.returncode in (130, -signal.SIGINT) and out.exists()):
        shutil.rmtree(out)
        return None
    left = {path.name for path in set(out.parent.iterdir()) - before}
    faults = [
        *([f"ended with {process.returncode}"] if process.returncode != 130 else []),
        *([f"left {sorted(left)}"] if left else []),
        *([f"printed {printed!r}"] if printed else []),
        *([] if TOLD.match(said) else [f"said {said!r}"]),
        *([f"took {took:.2f} s"] if took > LONGEST else []),
    ]
    for name in left:
        shutil.rmtree(out.parent / name, ignore_errors=True)
    stage = re.search(r"\(([^)]*)\)", said)
    return Stop(after, took, stage.group(1) if stage else "before reading", faults)


def lasts(folder: Path, out: Path, options: Sequence[str]) -> float:
    """Seconds that the check takes when nobody stops it."""
    words = (sys.executable, "-m", "conventio", "check", str(folder), "--out", str(out), *options)
    began = time.perf_counter()
    subprocess.run(words, cwd=HERE.parent, stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(out)
    return time.perf_counter() - began


def main() -> int:
    """Stop checks at random moments, and tell how long they took to end, stage by stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    parser.add_argument("--services", type=int, default=2_000_000, metavar="N")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=float, metavar="S", help="only in the first S seconds")
    parser.add_argument("--xlsx", action="store_true", help="with a workbook too")
    parser.add_argument("--memory", metavar="SIZE", help="with so little that it works in parts")
    given = parser.parse_args()
    folder = given.folder or population(given.services)
    out = folder.parent / f"stopped-{given.seed}"
    options = [
        *("--csv", "--joined"),
        *(["--xlsx"] if given.xlsx else []),
        *(["--memory", given.memory] if given.memory else []),
    ]
    longest = given.first or lasts(folder, out, options)
    draw, stops = random.Random(given.seed), list[Stop]()
    for number in range(given.times):
        # One moment in each part of the whole, so that no part is forgotten.
        after = longest * (number + draw.random()) / given.times
        one = stop(folder, out, options, after)
        if one is not None:
            stops.append(one)
            for fault in one.faults:
                print(f"after {one.after:.2f} s ({one.stage}): {fault}", flush=True)
    print(f"\n{'times':>6}{'median s':>10}{'most s':>8}  while")
    for stage in dict.fromkeys(one.stage for one in stops):
        took = [one.took for one in stops if one.stage == stage]
        print(f"{len(took):>6}{statistics.median(took):>10.2f}{max(took):>8.2f}  {stage}")
    everything = [one.took for one in stops]
    print(f"{len(stops):>6}{statistics.median(everything):>10.2f}{max(everything):>8.2f}  all")
    return int(any(one.faults for one in stops))


if __name__ == "__main__":
    sys.exit(main())
