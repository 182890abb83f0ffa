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
from conventio.folder.memory import allowed
from conventio.folder.parts import Part, Written
from conventio.folder.read import read_folder
from conventio.law import shipped
from conventio.pages import report
from conventio.pages.figures import figures
from conventio.pages.tally import tally


def main(folder: Path, out: Path) -> None:
    """Check a folder, and print the seconds of each stage."""
    out.mkdir(exist_ok=True)
    told: list[tuple[str, float]] = [("law", time.perf_counter())]

    def tell(stage: str) -> None:
        told.append((stage, time.perf_counter()))

    law = shipped()
    with DuckDB(spill=out, memory=allowed()) as engine, Written(engine, out, csv=None) as answers:
        tell("read and validate")
        read = read_folder(engine, folder)
        tell("compile, load the law")

        def written(part: Part) -> None:
            tell("write")
            answers.add(part, output.TABLES)
            tell("tally")
            tally(engine, part)

        decided = decide(engine, law, read.present, lambda stage, *_: tell(stage), written)
        tell("report")
        answers.finish()
        report.write(engine, decided, read, figures(engine, decided), out / "report.html")
        tell("")
    seconds: dict[str, float] = {}
    for (stage, start), (_, end) in pairwise(told):
        seconds[stage] = seconds.get(stage, 0.0) + end - start
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
