"""`python -m benchmarks.cluster [--services N] [--master URL]`: the engines beside each other."""

from __future__ import annotations

import argparse
import filecmp
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.__main__ import CACHE, CONVENTIO, GIB, HERE, population

SAME_BYTES = ("decisions.csv", "findings.csv", "run.json", "report.html")
SAME_SCHEMAS = ("decisions.parquet", "findings.parquet")


@dataclass(frozen=True)
class Cost:
    """What a check took, with the Java process of Spark: seconds, seconds of processors, GiB."""

    wall: float
    processors: float
    peak: float
    """Of its largest process."""


def checked(folder: Path, out: Path, *options: str) -> Cost:
    """Check a folder in a process of its own, and wait for all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    words = ("check", str(folder), "--csv", "--out", str(out), *options)
    done = subprocess.run(
        [sys.executable, "-c", CONVENTIO, *words],
        cwd=HERE.parent,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"conventio {' '.join(words)}: ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, spent, after.ru_maxrss / GIB)


def differing(one: Path, other: Path) -> list[str]:
    """The files that are not the same bytes, and the Parquet files with other schemas."""
    bytes_differ = [
        name for name in SAME_BYTES if not filecmp.cmp(one / name, other / name, shallow=False)
    ]
    schemas_differ = [
        name
        for name in SAME_SCHEMAS
        if not pq.read_schema(one / name).equals(pq.read_schema(other / name))
    ]
    return bytes_differ + schemas_differ


def main() -> None:
    """Check a population on both engines, compare the answers, and tell what each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--services", type=int, default=2_000_000, metavar="N")
    parser.add_argument("--master", default="local[*]", metavar="URL")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores; load of the machine {os.getloadavg()[0]:.1f}\n", flush=True)
    folder = population(chosen.services)
    on_spark = ("--engine", "spark", "--master", chosen.master)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=CACHE) as scratch:
        duckdb, spark = Path(scratch) / "duckdb", Path(scratch) / "spark"
        costs = {"duckdb": checked(folder, duckdb), "spark": checked(folder, spark, *on_spark)}
        different = differing(duckdb, spark)
    print(f"{'':<10}{'wall s':>10}{'processor s':>14}{'GiB':>8}")
    for name, cost in costs.items():
        print(f"{name:<10}{cost.wall:>10.1f}{cost.processors:>14.1f}{cost.peak:>8.2f}")
    if different:
        sys.exit(f"not the same answers: {', '.join(different)}")
    print("\nthe same bytes in CSV, the same schemas in Parquet")


if __name__ == "__main__":
    main()
