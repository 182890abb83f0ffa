"""What is wrong with an input: each problem, where it is, and the error that carries them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from conventio.wording.catalogue import Catalogue

Severity = Literal["error", "warning"]
FIELDS = ("severity", "table", "file", "row", "column", "found", "expected", "advice")
LONGEST_FOUND = 80
LONGEST_IN_MESSAGE = 400
"""Addresses, which are shown whole: two may differ at their ends only."""
MESSAGE = "message"
"""The `table` of a problem of a FHIR message: its row is a line there, its column a path."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong: its place, what was found there, what was expected, what to do."""

    severity: Severity
    table: str
    file: str
    row: int | None
    column: str | None
    found: str | None
    expected: str
    advice: str | None = None
    described: bool = False
    """`found` is a description, not a value of the input, and is shown without quotes."""

    def message(self, words: Catalogue | None = None) -> str:
        """The problem as one line."""
        words = words or Catalogue.read()
        place = [self.file]
        of_message = self.table == MESSAGE
        if self.row is not None:
            place.append(words.say("place.line" if of_message else "place.row", row=self.row))
        if self.column is not None:
            path = self.column
            place.append(path if of_message else words.say("place.column", column=path))
        line = words.say(
            f"message.{self.severity}",
            place=", ".join(place),
            found=self._shown(words),
            expected=self.expected,
        )
        return line if self.advice is None else f"{line}. {self.advice}"

    def _shown(self, words: Catalogue) -> str:
        if self.found is None:
            return words.say("found.nothing")
        if self.described:
            return self.found
        plain = " ".join(self.found.splitlines())
        longest = LONGEST_IN_MESSAGE if self.table == MESSAGE else LONGEST_FOUND
        if len(plain) > longest:
            plain = plain[: longest - 3] + "..."
        return words.say("found.value", value=plain)


class Unusable(Exception):
    """The input can't be used; nothing was decided or written.

    `first` are the problems to show, `total` is how many errors there are.
    """

    language = "en"
    """The language in which the problems are put."""

    def __init__(
        self,
        first: Sequence[Problem],
        total: int | None = None,
        write: Callable[[Path], None] | None = None,
    ) -> None:
        self.first = list(first)
        self.total = len(self.first) if total is None else total
        self._write = write
        super().__init__("\n".join(problem.message() for problem in self.first))

    def written_by(self, write: Callable[[Path], None]) -> None:
        """Have the problems written by something else: the engine that has them goes on."""
        self._write = write

    def write(self, path: Path) -> None:
        """Write every problem as CSV; of a folder, before its engine is closed."""
        if self._write is not None:
            self._write(path)
            return
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, lineterminator="\n")
            rows.writerow(FIELDS)
            rows.writerows([getattr(problem, field) for field in FIELDS] for problem in self.first)
