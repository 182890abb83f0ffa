"""Where the time of a check goes: `python -m benchmarks.stages FOLDER OUT`; JSON on stdout."""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path

from conventio.claims import output
from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder
from conventio.law import shipped


def main(folder: Path, out: Path) -> None:
    """Check a folder without its report, and print the seconds of each stage."""
    out.mkdir(exist_ok=True)
    told: list[tuple[str, float]] = [("law", time.perf_counter())]

    def tell(stage: str) -> None:
        told.append((stage, time.perf_counter()))

    law = shipped()
    with DuckDB(spill=out) as engine:
        tell("read and validate")
        read = read_folder(engine, folder)
        tell("compile, load the law")
        decided = decide(engine, law, read.present, lambda stage, done: tell(stage))
        tell("write")
        output.write(engine, decided, read, out, csv=False)
        tell("")
    seconds: dict[str, float] = {}
    for (stage, start), (_, end) in pairwise(told):
        seconds[stage] = seconds.get(stage, 0.0) + end - start
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
