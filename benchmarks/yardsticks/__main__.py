"""`python -m benchmarks.yardsticks [--services N] [--runs N]`: other ways to the same answers.

Each yardstick answers what conventio answers on the same services; a difference is an error.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from benchmarks.__main__ import population
from benchmarks.yardsticks import group_rules, prices, row_rules
from benchmarks.yardsticks.answers import Answers, answers
from conventio import __version__
from conventio.claims.kinds import GROUP_KINDS

PACKAGES = ("zen-engine", "openfisca-core")
INSTALL = (
    "`uv pip install --group benchmarks`, or `python -m pip install --group benchmarks` "
    "with pip 25.1 or later"
)
SHOWN = 10
"""How many differences are shown of each yardstick."""


def versions() -> dict[str, str]:
    """The versions of what is measured; ends with what to install where something is missing."""
    found, missing = {"conventio": __version__}, []
    for package in ("duckdb", *PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        print(f"Not installed: {', '.join(missing)}. To get them: {INSTALL}", file=sys.stderr)
        sys.exit(2)
    return found


def line(name: str, seconds: Sequence[float], services: int) -> None:
    """Print the median, the least and the most, and the time of one service."""
    median = statistics.median(seconds)
    print(
        f"{name:<44}{median:>9.3f}{min(seconds):>9.3f}{max(seconds):>9.3f}"
        f"{median / services * 1e6:>9.2f}"
    )


def head(title: str) -> None:
    """Print the head of a table."""
    print(f"\n{title:<44}{'median s':>9}{'least':>9}{'most':>9}{'us each':>9}")


def ratio(one: Sequence[float], other: Sequence[float], what: str) -> None:
    """Print how many times the other's median the one's is."""
    print(f"ratio of the medians: {statistics.median(one) / statistics.median(other):.2f} ({what})")


def of_row_rules(given: Answers, runs: int) -> Sequence[str]:
    """The row rules as decision tables; the differences."""
    found = row_rules.measure(given, runs)
    head("row rules")
    line("zen-engine, decision tables", found.seconds, found.services)
    line("conventio, row_findings", given.seconds["row_findings"], found.services)
    ratio(found.seconds, given.seconds["row_findings"], "zen-engine / conventio")
    print(
        f"{len(found.rules)} rules as {found.tables} tables, compiled in {found.compiling:.2f} s; "
        f"{found.findings} findings; left out: {', '.join(found.left_out)}"
    )
    return found.differences


def of_prices(given: Answers, runs: int) -> Sequence[str]:
    """Price and age as variables of a country; the differences."""
    found = prices.measure(given, runs)
    head("price and age")
    line("openfisca-core", found.seconds, found.services)
    line("conventio, decisions", given.seconds["decisions"], found.services)
    ratio(found.seconds, given.seconds["decisions"], "openfisca-core / conventio")
    print(f"{found.services} services; {found.left_out} without a day or a fee left out")
    return found.differences


def of_group_rules(found: dict[str, group_rules.Measured], given: Answers) -> Sequence[str]:
    """Three group rules in SQL; the differences."""
    services = len(given.decisions)
    head("group rules")
    for rule, measured in found.items():
        line(f"SQL, {rule}", measured.seconds, services)
    together = [sum(run) for run in zip(*(one.seconds for one in found.values()), strict=True)]
    line("SQL, the three together", together, services)
    stages = given.spent(*group_rules.STAGES)
    all_rules = sorted({one.rule.rule for one in given.run if one.rule.kind in GROUP_KINDS})
    line(f"conventio, all {len(all_rules)} group rules", stages, services)
    ratio(together, stages, "three in SQL / all by conventio")
    print(f"{sum(one.findings for one in found.values())} findings of the three")
    return [f"{rule}: {one}" for rule, each in found.items() for one in each.differences]


def main() -> None:
    """Measure every yardstick, and compare its answers with those of conventio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.yardsticks", description=__doc__)
    parser.add_argument("--services", type=int, default=200_000, metavar="N")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    chosen = parser.parse_args()
    print(", ".join(f"{package} {one}" for package, one in versions().items()))
    print(f"{os.cpu_count()} cores; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    folder = population(chosen.services)
    given = answers(folder, chosen.runs)
    print(f"{len(given.decisions)} services to decide, {chosen.runs} runs of everything")
    different = [
        *of_row_rules(given, chosen.runs),
        *of_prices(given, chosen.runs),
        *of_group_rules(group_rules.measure(given, folder, chosen.runs), given),
    ]
    if different:
        for one in different[:SHOWN]:
            print(one, file=sys.stderr)
        sys.exit(f"not the same answers: {len(different)} differences")
    print("\nthe same answers as conventio: 0 differences")


if __name__ == "__main__":
    main()
