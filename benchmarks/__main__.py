"""`python -m benchmarks [--services N] [--runs N]`: every measurement, as small tables."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
SEED = 1
CONVENTIO = "from conventio.__main__ import main; main()"
GIB = 1024 * 1024
"""Kilobytes in a GiB: the system gives the peak of a process in kilobytes."""


@dataclass(frozen=True)
class Run:
    """One run of a program: wall time in seconds, peak memory in GiB."""

    seconds: float
    peak: float


def measured(*words: str) -> Run:
    """Run Python with some words, in a process of its own."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *words], cwd=HERE.parent, stdout=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{' '.join(words)}: ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / GIB)


def population(services: int) -> Path:
    """The population of so many services, made once."""
    folder = CACHE / f"population-{services}-{SEED}"
    if not folder.is_dir():
        CACHE.mkdir(exist_ok=True)
        words = ("generate", "--services", str(services), "--seed", str(SEED), str(folder))
        run = measured("-c", CONVENTIO, *words)
        print(f"generated {services} services in {run.seconds:.1f} s, {run.peak:.2f} GiB\n")
    return folder


def told_by(module: str, *words: str) -> str:
    """What a module of the benchmarks prints, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


def whole(folder: Path, runs: int, scratch: Path) -> Path:
    """The check and the floor, by turns; answers what the last check wrote."""
    checks, floors = [], []
    out = scratch / "check"
    for _ in range(runs):
        shutil.rmtree(out, ignore_errors=True)
        checks.append(measured("-c", CONVENTIO, "check", str(folder), "--out", str(out)))
        floors.append(measured("-m", "benchmarks.floor", str(folder), str(scratch / "floor")))
    print(f"{'median of ' + str(runs):<20}{'wall s':>10}{'least':>8}{'most':>8}{'GiB':>8}")
    for name, found in (("conventio check", checks), ("floor", floors)):
        walls = [run.seconds for run in found]
        peak = statistics.median(run.peak for run in found)
        print(
            f"{name:<20}{statistics.median(walls):>10.2f}{min(walls):>8.2f}{max(walls):>8.2f}"
            f"{peak:>8.2f}"
        )
    slow, fast = (statistics.median(run.seconds for run in one) for one in (checks, floors))
    print(f"{'ratio':<20}{slow / fast:>10.1f}\n")
    return out


def by_stage(folder: Path, scratch: Path) -> None:
    """The seconds of each stage of one check, the longest first."""
    seconds: dict[str, float] = json.loads(
        told_by("benchmarks.stages", str(folder), str(scratch / "stages"))
    )
    total = sum(seconds.values())
    print(f"{'stage':<26}{'s':>8}{'share':>8}")
    for stage, spent in sorted(seconds.items(), key=lambda one: -one[1]):
        if spent >= total / 200:
            print(f"{stage:<26}{spent:>8.2f}{spent / total:>8.1%}")
    print(f"{'all':<26}{total:>8.2f}\n")


def attestation(folder: Path) -> None:
    """The milliseconds of one attestation."""
    calls = sorted(json.loads(told_by("benchmarks.attestation", str(folder))))
    cuts = statistics.quantiles(calls, n=20)
    print("one attestation, 5 services and 200 of history, warm, ms over 100 calls")
    print(f"p50 {statistics.median(calls):.1f}   p95 {cuts[-1]:.1f}")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--services", type=int, default=2_000_000, metavar="N")
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load of the machine at the start {load:.1f}\n", flush=True)
    folder = population(chosen.services)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=CACHE) as scratch:
        out = whole(folder, chosen.runs, Path(scratch))
        by_stage(folder, Path(scratch))
        attestation(folder)
        print(told_by("benchmarks.commands"))
        print(told_by("benchmarks.against_oracle", str(folder), str(out)), end="")


if __name__ == "__main__":
    main()
