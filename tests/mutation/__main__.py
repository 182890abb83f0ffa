"""`python -m tests.mutation [WORD ...]`: try every mutant, or those whose name holds the words."""

from __future__ import annotations

import sys
import time

from tests.mutation.job import ADVICE, Bench, Verdict, complaints, explanations, idle, run

WORKERS = 2


def main(words: list[str]) -> int:
    """Print what became of the mutants; 1 where one survives unexplained."""
    start = time.monotonic()
    bench = Bench()
    if bench.broken is not None:
        print(f"With nothing changed this case fails already: {bench.broken}. Mend it first.")
        return 1
    chosen = [name for name in bench.mutants if all(word in name for word in words)]
    explained = explanations()
    verdicts = run(chosen, WORKERS, _progress)
    found = [*complaints(verdicts, explained), *idle(explained, bench.mutants)]
    survivors = [one.mutant for one in verdicts if one.failing is None]
    known = sum(any(one.covers(mutant) for one in explained) for mutant in survivors)
    print(
        f"{len(verdicts)} mutants: {len(verdicts) - len(survivors)} killed, {known} explained, "
        f"{len(survivors) - known} unexplained ({time.monotonic() - start:.0f} s)"
    )
    for complaint in found:
        print(f"- {complaint}")
    if found:
        print(ADVICE)
    return 1 if found else 0


def _progress(verdict: Verdict) -> None:
    if sys.stderr.isatty():
        print("." if verdict.failing else "S", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
