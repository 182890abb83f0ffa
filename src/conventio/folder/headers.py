"""Which of the columns of a header or schema can be used, and what is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from conventio.folder.complaints import expected
from conventio.folder.problems import Problem, Severity
from conventio.folder.tables import Table
from conventio.folder.values import CONVERTS, Kind
from conventio.wording.catalogue import Catalogue

Given = tuple[str, Kind | None, str]
"""A column as given: its name, its kind (None: nothing that can be used), its type in words."""


def usable_columns(
    table: Table, file: str, given: Sequence[Given], words: Catalogue
) -> tuple[tuple[tuple[str, Kind], ...], list[Problem]]:
    """The columns to read, in the order of the contract, and the problems of the header."""
    header = _Header(table, file, given, words)
    problems = [*header.doubled(), *header.unknown(), *header.wrong_types(), *header.missing()]
    kinds = {name: kind for name, kind, _ in given}
    usable = []
    for column in table.columns:
        kind = kinds.get(column.name)
        if kind in CONVERTS[column.type] and kind is not None:
            usable.append((column.name, kind))
    doubled = {problem.column for problem in header.doubled()}
    return tuple((name, kind) for name, kind in usable if name not in doubled), problems


class _Header:
    def __init__(self, table: Table, file: str, given: Sequence[Given], words: Catalogue) -> None:
        self.table, self.file, self.given, self.words = table, file, given, words
        self.names = [name for name, _, _ in given]

    def problem(
        self, severity: Severity, column: str | None, found: str, wanted: str, advice: str | None
    ) -> Problem:
        return Problem(
            severity, self.table.name, self.file, None, column, found, wanted, advice, True
        )

    def doubled(self) -> Iterator[Problem]:
        """Known names that stand there twice; capitals don't make a difference."""
        say = self.words.say
        folded = [name.casefold() for name in self.names]
        for name in self.table.names():
            times = folded.count(name)
            if name in self.names and times > 1:
                yield self.problem(
                    "error",
                    name,
                    say("found.same-name", times=times),
                    say("expected.once"),
                    say("advice.keep-one"),
                )

    def unknown(self) -> Iterator[Problem]:
        say, known = self.words.say, self.table.names()
        for number, name in enumerate(self.names, start=1):
            if name in known:
                continue
            if not name:
                found, wanted = say("found.no-name", number=number), say("expected.name")
                yield self.problem("warning", None, found, wanted, say("advice.ignored"))
                continue
            meant = get_close_matches(_plain(name), known, 1, 0.8)
            advice = say("advice.did-you-mean", hint=meant[0]) if meant else say("advice.ignored")
            wanted = say("expected.known-column", table=self.table.name)
            yield self.problem("warning", name, say("found.unknown-column"), wanted, advice)

    def wrong_types(self) -> Iterator[Problem]:
        for name, kind, type_ in self.given:
            if name not in self.table.names():
                continue
            column = self.table.column(name)
            if kind not in CONVERTS[column.type]:
                found = self.words.say("found.type", type=type_)
                yield self.problem("error", name, found, expected(column, self.words), None)

    def missing(self) -> Iterator[Problem]:
        say = self.words.say
        for column in self.table.columns:
            if column.required and column.name not in self.names:
                wanted = say("expected.column", table=self.table.name)
                advice = self._other_name(column.name)
                yield self.problem("error", column.name, say("found.no-column"), wanted, advice)

    def _other_name(self, column: str) -> str | None:
        """What to say of a column that may be the one that is missing; None where there is none."""
        others = {_plain(name): name for name in self.names if name not in self.table.names()}
        for near in get_close_matches(column, others, 1, 0.8):
            return self.words.say("advice.rename-column", name=others[near], hint=column)
        return None


def _plain(name: str) -> str:
    """A name as the contract would write it."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())
