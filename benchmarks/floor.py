"""The floor by itself: `python -m benchmarks.floor FOLDER OUT`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb


def main(folder: Path, out: Path) -> None:
    """Run floor.sql on the tables of a folder; its answer is written to `out`."""
    query = (Path(__file__).parent / "floor.sql").read_text(encoding="utf-8")
    out.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        for table in ("services", "patients", "fees"):
            rows = connection.read_parquet(str(folder / f"{table}.parquet"))
            rows.create_view(table)
        os.chdir(out)
        connection.execute(query)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
