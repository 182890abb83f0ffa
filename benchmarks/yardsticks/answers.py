"""What conventio answers for a folder, with the seconds of each table that it made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from conventio.claims.decide import decide
from conventio.claims.entries import Entry, divided
from conventio.claims.output import arrow
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder
from conventio.law import Law, shipped
from conventio.law.nomenclature import Nomenclature


class Timed(DuckDB):
    """The embedded engine, which notes how long each table took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: dict[str, float] = {}

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make a table, and add its seconds to those of its name."""
        start = time.perf_counter()
        super().create(name, sql, together=together)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


@dataclass
class Answers:
    """Decisions and findings of one folder; `seconds` has one figure a run for each table."""

    engine: Timed
    """The engine of the last run, with all its tables."""
    law: Law
    nomenclature: Nomenclature
    run: Sequence[Entry]
    decisions: pa.Table
    findings: pa.Table
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def spent(self, *tables: str) -> list[float]:
        """The seconds of some tables together, one figure a run."""
        runs = zip(*(self.seconds[name] for name in tables), strict=True)
        return [sum(one) for one in runs]


def answers(folder: Path, runs: int) -> Answers:
    """Check a folder so many times, each in an engine of its own."""
    law = shipped()
    seconds: dict[str, list[float]] = {}
    kept: Answers | None = None
    for _ in range(runs):
        if kept is not None:
            kept.engine.connection.close()
        engine = Timed()
        read = read_folder(engine, folder)
        engine.seconds.clear()
        decided = decide(engine, law, read.present)
        for name, spent in engine.seconds.items():
            seconds.setdefault(name, []).append(spent)
        run, _ = divided(law, read.present)
        kept = Answers(engine, law, decided.nomenclature, run, *arrow(engine), seconds=seconds)
    if kept is None:
        raise ValueError("at least one run is needed")
    return kept
