"""What a CSV file looks like: its encoding, separator, header and empty lines."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from conventio.folder.problems import Problem
from conventio.folder.tables import Table
from conventio.wording.catalogue import Catalogue

_CHUNK = 1 << 20
_HEADER_LIMIT = 1 << 20
_ENDS = {b"\r\n": "CR LF", b"\n": "LF", b"\r": "CR"}
"""How a line may end, with what that is called."""
_SEP = re.compile(r"""("?)sep=(.)\1(\r\n|\r|\n)""", re.IGNORECASE)
"""The line before the header by which a spreadsheet is told what parts the columns."""
_OTHER_SEPARATORS = {"\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class Dialect:
    """How to read one CSV file; rows are numbered as a spreadsheet does, the header being 1."""

    separator: str
    header: tuple[str, ...]
    header_lines: int
    """The lines to the end of the header."""
    first_row: int
    has_empty_lines: bool
    header_bytes: int
    """The bytes to the end of the header."""
    unseen_lines: int = 0
    """Lines before the header that a spreadsheet does not show, and does not count."""

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers may have a decimal comma."""
        return self.separator == ";"


@dataclass
class Inspected:
    """What one pass over the bytes of a file shows."""

    sha256: str
    dialect: Dialect | None = None
    problems: list[Problem] = field(default_factory=list)


def inspect(path: Path, table: Table, words: Catalogue) -> Inspected:
    """Read a CSV file once as bytes; its dialect is None where there are problems."""
    seen = _Bytes()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            seen.take(chunk)
    seen.end()

    def problem(
        found: str,
        expected: str,
        row: int | None = None,
        advice: str | None = None,
        column: str | None = None,
    ) -> Problem:
        return Problem("error", table.name, path.name, row, column, found, expected, advice, True)

    inspected = Inspected(seen.digest())
    if seen.wrong is not None:
        line, found = seen.wrong
        text = words.say(f"found.{found}", text=seen.sample)
        inspected.problems.append(
            problem(text, words.say("expected.utf-8"), line, words.say("advice.save-as"))
        )
        return inspected
    if not seen.head.lstrip(b"\xef\xbb\xbf").strip():
        inspected.problems.append(
            problem(words.say("found.empty-file"), words.say("expected.header"))
        )
        return inspected
    dialect, wrong = _header(seen, table, words)
    inspected.problems += [problem(*each) for each in wrong]
    if not wrong and seen.mixed_ends and (other := _other_end(path, dialect)) is not None:
        row, end, before = other
        found = words.say("found.line-end", end=end)
        wanted = words.say("expected.line-end", end=before)
        inspected.problems.append(problem(found, wanted, row, words.say("advice.line-ends")))
    elif not wrong:
        inspected.dialect = dialect
    return inspected


class _Bytes:
    """One pass over a file's bytes: hash, encoding, the first of them, empty lines."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines = 1
        self._last = b""
        self.head = b""
        self.empty_lines = False
        self._ends = dict.fromkeys(_ENDS, 0)
        self.wrong: tuple[int | None, str] | None = None
        self.sample = ""

    def take(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        if len(self.head) < _HEADER_LIMIT:
            if not self.head and chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                self.wrong = (None, "utf-16")
            self.head += chunk[: _HEADER_LIMIT - len(self.head)]
        if self.wrong is None:
            self._check(chunk)
        joined = self._last + chunk
        self.empty_lines = self.empty_lines or any(
            pair in joined for pair in (b"\n\n", b"\n\r\n", b"\r\r")
        )
        before, self._last = self._last[-1:], joined[-2:]
        for end in (b"\n", b"\r"):
            self._ends[end] += chunk.count(end)
        across = before == b"\r" and chunk.startswith(b"\n")
        self._ends[b"\r\n"] += chunk.count(b"\r\n") + across
        self._lines += chunk.count(b"\n")

    @property
    def mixed_ends(self) -> bool:
        """Whether lines end in more than one way, within quotes or outside of them."""
        both = self._ends[b"\r\n"]
        ways = (both, self._ends[b"\n"] - both, self._ends[b"\r"] - both)
        return sum(number > 0 for number in ways) > 1

    def _check(self, chunk: bytes) -> None:
        if (place := chunk.find(0)) >= 0:
            self.wrong = (self._lines + chunk.count(b"\n", 0, place), "null-bytes")
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError as error:
            self._undecodable(error, chunk)

    def _undecodable(self, error: UnicodeDecodeError, chunk: bytes) -> None:
        held = len(error.object) - len(chunk)
        place = max(error.start - held, 0)
        start = chunk.rfind(b"\n", 0, place) + 1
        words = chunk[max(start, place - 20) : place + 20].split(b"\n")[0]
        self.sample = words.decode("cp1252", errors="replace").strip()
        self.wrong = (self._lines + chunk.count(b"\n", 0, place), "bytes")

    def end(self) -> None:
        if self.wrong is None:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError as error:
                self.sample = error.object.decode("cp1252", errors="replace")
                self.wrong = (self._lines, "bytes")

    def digest(self) -> str:
        return self._hash.hexdigest()


_Wrong = tuple[str, str, int | None, str | None, str | None]


def _header(seen: _Bytes, table: Table, words: Catalogue) -> tuple[Dialect, list[_Wrong]]:
    text = whole = seen.head.decode("utf-8-sig", errors="ignore")
    told = _SEP.match(text)
    unseen = 1 if told else 0
    separators = told[2] if told and told[2] in ",;" else ",;"
    text = text[told.end() :] if told else text
    readings = {separator: _first_record(text, separator) for separator in separators}
    known = set(table.names())

    def fitness(separator: str) -> tuple[int, int]:
        names = readings[separator][0]
        return len(known.intersection(names)), len(names)

    separator = max(readings, key=fitness)
    names, lines, records = readings[separator]
    wrong: list[_Wrong] = []
    if any(end in name for name in names for end in "\r\n"):
        wrong.append(
            (words.say("found.open-header"), words.say("expected.closed-quote"), 1, None, None)
        )
    if len(names) == 1:
        wrong += [
            (
                words.say("found.separator", separator=name),
                words.say("expected.separator"),
                1,
                None,
                None,
            )
            for other, name in _OTHER_SEPARATORS.items()
            if other in names[0]
        ]
    # In a single column an empty line is a row with nothing in it, which is numbered already.
    empty_lines = seen.empty_lines and len(names) > 1
    lines += unseen
    header_bytes = _bytes_of(whole, lines) + seen.head.startswith(codecs.BOM_UTF8) * 3
    dialect = Dialect(separator, names, lines, records + 1, empty_lines, header_bytes, unseen)
    return dialect, wrong


def _bytes_of(text: str, lines: int) -> int:
    """How many bytes the first lines of a text take."""
    return sum(len(line.encode()) for line in islice(io.StringIO(text, newline=""), lines))


def _first_record(text: str, separator: str) -> tuple[tuple[str, ...], int, int]:
    """The names of the header, how many lines it ends on, and its row number."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, record in enumerate(reader, start=1):
            if record:
                return tuple(map(_bare, record)), reader.line_num, number
    except csv.Error:
        return ("\n",), 0, 0
    return (), 0, 0


def _bare(name: str) -> str:
    """A name without blanks around it; a line end is none of them."""
    return name if any(end in name for end in "\r\n") else name.strip()


def empty_rows(path: Path, dialect: Dialect) -> Sequence[int]:
    """The row numbers of the lines after the header that are empty."""

    def numbers() -> Iterator[int]:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            records = csv.reader(stream, delimiter=dialect.separator)
            with suppress(csv.Error):  # a line too long is found when the rows are read
                for number, record in enumerate(records, start=1 - dialect.unseen_lines):
                    if not record and number >= dialect.first_row:
                        yield number

    return list(numbers())


def _other_end(path: Path, dialect: Dialect) -> tuple[int, str, str] | None:
    """The first row that ends in another way than the rows before: its number, and both ways.

    None where all rows end alike: those that differ stand within quotes.
    """
    last = ""

    def lines() -> Iterator[str]:
        nonlocal last
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for last in stream:  # noqa: UP028 - what was read last is asked for
                yield last

    first: str | None = None
    rows = enumerate(
        csv.reader(lines(), delimiter=dialect.separator), start=1 - dialect.unseen_lines
    )
    with suppress(csv.Error):  # a line too long is found when the rows are read
        for number, _ in rows:
            end = _named(last)
            if None not in (first, end) and end != first:
                return number, str(end), str(first)
            first = first or end
    return None


def _named(line: str) -> str | None:
    """What the end of a line is called; None where it has none."""
    ends = (name for end, name in _ENDS.items() if line.endswith(end.decode()))
    return next(ends, None)
