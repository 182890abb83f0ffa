"""The mutation job: every mutant must fail a case, or be explained as making no difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import yaml

from conventio.claims import limits
from conventio.claims.decide import decide
from conventio.claims.output import arrow
from conventio.claims.plan import Plan, plan
from conventio.folder.engine import DuckDB, Row
from conventio.law import Law
from conventio.law.check import levels
from tests.law.cases import AS_OF, LAW, cases, folder, read_into, told
from tests.mutation import law, queries

EXPLAINED = Path(__file__).parent / "explained.yaml"
MOST_ROUNDS = 30
READ = re.compile(r'\b(?:FROM|JOIN) "?(\w+)')
"""A table that a query reads."""

ADVICE = """
Write a case in tests/law whose answer it changes; where no folder can show a difference, say why in
tests/mutation/explained.yaml.
"""


class Endless(Exception):
    """A mutant whose rounds do not end."""


class Sparing(DuckDB):
    """The engine, that makes again only what has changed, and gives up on endless rounds.

    A table is known by its query and by what stood in the tables that it reads.
    """

    rounds = 0

    def __init__(self) -> None:
        super().__init__(threads=1)
        self.made: dict[str, str] = {}

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make a table, unless it stands as it would be made; in whatever order."""
        self._unless_made(name, self._key(sql), lambda: super(Sparing, self).create(name, sql))

    def view(self, name: str, sql: str) -> None:
        """Name a query, unless it is named so already."""
        self._unless_made(name, self._key(sql), lambda: super(Sparing, self).view(name, sql))

    def load(self, name: str, table: pa.Table, *, repeated: Sequence[str] = ()) -> None:
        """Make a table from Arrow, unless it stands as it would be made; texts stay texts."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        key = sha256(sink.getvalue()).hexdigest()
        self._unless_made(name, key, lambda: self._load(name, table))

    def _load(self, name: str, table: pa.Table) -> None:
        self.connection.register("_arrow", table)
        super().create(name, "SELECT * FROM _arrow")
        self.connection.unregister("_arrow")

    def _key(self, sql: str) -> str:
        read = [self.made.get(table, "") for table in READ.findall(sql)]
        return sha256("\n".join([sql, *read]).encode()).hexdigest()

    def _unless_made(self, name: str, key: str, make: Callable[[], None]) -> None:
        if self.made.get(name) != key:
            self.made.pop(name, None)
            make()
            self.made[name] = key

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries."""
        if sql == limits.UNDECIDED:
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                raise Endless(f"more than {MOST_ROUNDS} rounds")
        return super().rows(sql)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the first case that fails, if any."""

    mutant: str
    failing: str | None


class Bench:
    """The folder of all cases, read once, and every mutant to be tried on it."""

    def __init__(self) -> None:
        self.engine = Sparing()
        self.present = read_into(self.engine)
        self.broken = self._failing(LAW)
        """The first case that fails with nothing changed."""
        self.mutants = dict(self._mutants())

    def _mutants(self) -> Iterator[tuple[str, Callable[[], str | None]]]:
        whole = LAW
        for name, mutated in law.mutants(whole, folder()["nomenclature"]):
            yield f"law, {name}", partial(self._failing, mutated)
        deepest = max(levels(whole.accompanying, whole.nomenclature).values(), default=0)
        stages = plan(self.engine.dialect, deepest)
        kinds = {rule.kind for rule in whole.rules}
        for name, changed in queries.mutants(stages, kinds, self._says_something):
            yield f"query, {name}", partial(self._failing, whole, changed)

    def _says_something(self, table: str) -> bool:
        """Whether a table that the law's rules make has a row."""
        return bool(super(Sparing, self.engine).rows(f"SELECT 1 FROM {table} LIMIT 1"))

    def verdict(self, mutant: str) -> Verdict:
        """Try one mutant."""
        return Verdict(mutant, self.mutants[mutant]())

    def _failing(self, mutated: Law, change: Callable[[], Plan] | None = None) -> str | None:
        """The first case that fails, or the error that stops the run."""
        self.engine.rounds = 0
        changed = change() if change is not None else None
        try:
            other = lambda *asked, **how: changed or plan(*asked, **how)  # noqa: E731
            with patch("conventio.claims.decide.plan", other):
                decide(self.engine, mutated, self.present, as_of=AS_OF)
            decisions, findings = arrow(self.engine)
        except Exception as error:  # a mutant may break in any way
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
        answers = told(decisions.to_pylist(), findings.to_pylist())
        failing = (case.name for case in cases() if answers[case.name] != case.expected)
        return next(failing, None)


@dataclass(frozen=True)
class Explanation:
    """Why some mutants make no difference; `*` in a name stands for any text."""

    mutants: str
    why: str

    def covers(self, mutant: str) -> bool:
        """Whether it speaks of a mutant."""
        parts = (re.escape(part) for part in self.mutants.split("*"))
        return re.fullmatch(".*".join(parts), mutant, re.DOTALL) is not None


def explanations() -> list[Explanation]:
    """The explanations, each for the mutants of one name."""
    document = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    return [Explanation(name, entry["why"]) for entry in document for name in entry["mutants"]]


def complaints(verdicts: Iterable[Verdict], explained: Sequence[Explanation]) -> list[str]:
    """The mutants that survive unexplained, and the explained ones that do not survive."""
    found = []
    for verdict in verdicts:
        known = any(one.covers(verdict.mutant) for one in explained)
        if verdict.failing is None and not known:
            found.append(f"no case fails: {verdict.mutant}")
        if verdict.failing is not None and known:
            found.append(f"explained, but {verdict.failing} fails: {verdict.mutant}")
    return found


def idle(explained: Sequence[Explanation], mutants: Iterable[str]) -> list[str]:
    """The explanations that speak of no mutant."""
    names = list(mutants)
    return [
        f"explained, but no such mutant: {one.mutants}"
        for one in explained
        if not any(map(one.covers, names))
    ]


_bench: list[Bench] = []
"""The bench of this process."""


def _prepare() -> None:
    _bench.append(Bench())


def _verdict(mutant: str) -> Verdict:
    return _bench[0].verdict(mutant)


def run(mutants: Sequence[str], workers: int, tell: Callable[[Verdict], None]) -> list[Verdict]:
    """Try the mutants on some processes."""
    verdicts = []
    with ProcessPoolExecutor(workers, get_context("spawn"), _prepare) as pool:
        for verdict in pool.map(_verdict, mutants, chunksize=4):
            tell(verdict)
            verdicts.append(verdict)
    return verdicts
