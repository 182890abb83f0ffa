"""Reading a message, alone or beside a folder of tables, into the canonical tables."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from conventio.folder import validate as problems_of_tables
from conventio.folder.engine import Engine
from conventio.folder.fhir import join
from conventio.folder.fhir.claims import NIHDI, NOMENCLATURE, Fact, Rows, places, rows
from conventio.folder.fhir.elements import Location
from conventio.folder.fhir.message import Message, is_taken, validate
from conventio.folder.fhir.parse import FHIR, LARGEST, Unreadable, parse, read
from conventio.folder.fhir.shape import shape
from conventio.folder.problems import FIELDS, MESSAGE, Problem, Severity, Unusable
from conventio.folder.read import SHOWN, Folder, Input, read_folder, read_tables
from conventio.wording.catalogue import Catalogue

SEVERITIES: tuple[Severity, ...] = ("error", "warning")
ALL = 1 << 40
_WANTED = {
    "too-large": "size",
    "dtd": "no-dtd",
    "no-namespace": "namespace",
    "encoding": "utf-8",
    "no-text": "text",
}
_SAID_OF_VALUES = ("tooth", "fee", "supplement")
"""The columns of which the message's own words are the better ones for a bad value too."""


def read_message(
    engine: Engine,
    path: Path,
    *,
    tables: Path | None = None,
    set_aside: bool = False,
    language: str = "en",
) -> Folder:
    """Read the services of a Belgian FHIR R4 message, XML or JSON, into the canonical tables.

    `tables` is a folder with what the message lacks: titles, fees, the patient's history and so on.
    Raises Unusable with everything that is wrong with the message and with the folder.
    """
    message, digest = _open(path, Catalogue.read(language, "messages"))
    reading = _Reading(engine, message, rows(message))
    own = reading.read(set_aside, language)
    if tables is not None:
        return _read_beside(reading, own, digest, tables, set_aside, language)
    reading.refuse(None)
    reading.keep_problems([], beside=False)
    return _described(own, message, digest)


def _read_beside(
    reading: _Reading,
    own: Folder | None,
    digest: str,
    tables: Path,
    set_aside: bool,
    language: str,
) -> Folder:
    """Read the folder, though the message may be bad, so that all problems are told at once."""
    engine, message = reading.engine, reading.message
    kept = {} if own is None else join.take(engine)
    aside = {} if own is None else _set_aside_tables(engine, own)
    try:
        folder = read_folder(engine, tables, set_aside=set_aside, language=language, optional=True)
    except Unusable as error:
        reading.refuse(error)
        raise
    if own is not None:
        reading.find_by_either(folder)
        reading.compare(kept, _file(folder, "services"), _file(folder, "patients"))
    reading.refuse(None)
    described = _described(own, message, digest)
    warnings = reading.left_out(folder)
    reading.keep_problems(warnings, beside=True)
    folder = replace(folder, left_out=join.left_out(engine, kept))
    join.join(engine, kept, has_services="services" in folder.present)
    return _both(engine, described, folder, aside, warnings)


def _open(path: Path, words: Catalogue) -> tuple[Message, str]:
    """A message that is FHIR and of an event that is read, and the hash of its file."""
    try:
        data = read(path)
        message = Message(path.name, parse(data), words)
        for stray in message.content.strays:
            message.complain(stray.at, stray.found, stray.expected, **stray.facts)
        taken = is_taken(message) and shape(message) and validate(message)
    except Unreadable as error:
        raise Unusable([_unreadable(path, error, words)]) from error
    except RecursionError as error:
        raise Unusable([_unreadable(path, Unreadable("too-deep"), words)]) from error
    if not taken:
        raise Unusable(message.problems)
    return message, hashlib.sha256(data).hexdigest()


def _unreadable(path: Path, error: Unreadable, words: Catalogue) -> Problem:
    facts = {"megabytes": LARGEST >> 20, "namespace": FHIR, **error.facts}
    found = words.say(f"found.{error.found}", **facts)
    wanted = words.say(f"expected.{_WANTED.get(error.found, 'message')}", **facts)
    return Problem("error", MESSAGE, path.name, error.line, None, found, wanted, described=True)


class _Reading:
    """The rows of a message on their way through the checks that all rows pass."""

    def __init__(self, engine: Engine, message: Message, found: Rows) -> None:
        self.engine, self.message, self.rows = engine, message, found
        self.places = dict(places(found))
        self.told: list[Problem] = []

    def read(self, set_aside: bool, language: str) -> Folder | None:
        """The tables of the message alone; None where something is wrong with them."""
        given = {
            table: pa.table(
                {
                    name: pa.array([row[name].value for row in listed], pa.string())
                    for name in listed[0]
                }
            )
            for table, listed in self.rows.tables().items()
            if listed
        }
        if not self.rows.services:
            return None
        try:
            return self._told(
                read_tables(self.engine, given, set_aside=set_aside, language=language)
            )
        except Unusable as error:
            found = problems_of_tables.first(self.engine, "error", error.total)
            self.message.problems += [
                self._in_message(problem) for problem in found if not self._known(problem)
            ]
            return None

    def _told(self, folder: Folder) -> Folder:
        """What was read, with its problems (of rows put aside, and warnings) as the message's."""
        for severity in SEVERITIES:
            found = problems_of_tables.first(self.engine, severity, ALL)
            self.told += [self._in_message(problem) for problem in found]
        own = list(dict.fromkeys(self.message.warnings))
        self.told += own
        warnings = [problem for problem in self.told if problem.severity == "warning"]
        total = folder.warnings_total + len(own)
        return replace(folder, warnings=warnings[:SHOWN], warnings_total=total)

    def keep_problems(self, more: Sequence[Problem], *, beside: bool) -> None:
        """Leave in the engine the problems of the message with, `beside`, those of the folder."""
        if beside:
            self.engine.create("problems_of_folder", "SELECT * FROM problems")
        told = [*self.told, *more]
        problems_of_tables.gather(self.engine, told, ["problems_of_folder"] if beside else [])

    def _fact(self, problem: Problem) -> Fact | None:
        return self.places.get((problem.table, problem.row or 0, problem.column or ""))

    def _known(self, problem: Problem) -> bool:
        """Whether it only follows from what was no FHIR and was taken away."""
        fact = self._fact(problem)
        return fact is not None and any(
            _within(fact.at, faulty) or _within(faulty, fact.at) for faulty in self.message.faulty
        )

    def _in_message(self, problem: Problem) -> Problem:
        """A problem of a table's row as one of the message."""
        fact, message = self._fact(problem), self.message
        if fact is None:
            return replace(problem, file=message.file)
        expected, key = problem.expected, fact.expected
        if fact.value is not None and problem.column not in _SAID_OF_VALUES:
            key = "once" if problem.column == "service_id" else None
        if key is not None:
            facts = {"nihdi": NIHDI, "nomenclature": NOMENCLATURE}
            expected = message.words.say(f"expected.{key}", **facts)
        found = problem.found if fact.found is None else fact.found
        placed = message.problem(fact.at, found, expected, described=False)
        advice = None if key == "once" else problem.advice
        return replace(placed, severity=problem.severity, advice=advice)

    def find_by_either(self, folder: Folder) -> None:
        """Let the folder's rows of a patient be found by whichever of his numbers they have."""
        also = self.rows.also
        if not also:
            return
        for row in join.put_under_one_name(self.engine, also, folder.present):
            at = self.rows.patients[row["patient"]]["patient_id"].at
            facts = {
                "first": row["first"],
                "second": row["last"],
                "file": _file(folder, "patients"),
            }
            self.message.complain(at, "several-rows", "one-row", **facts)

    def compare(self, kept: dict[str, pa.Table], services: str, patients: str) -> None:
        """Keep as problems what the message and the folder contradict each other in."""
        message, words = self.message, self.message.words
        for row in join.decided_before(self.engine, kept):
            at = self.places["services", row["row"], "service_id"].at
            wanted = words.say("expected.new-service")
            advice = words.say("advice.decided-before", file=services)
            found = message.problem(at, row["service_id"], wanted, described=False)
            message.problems.append(replace(found, advice=advice))
        for row in join.births_that_differ(self.engine, kept):
            at = self.rows.patients[row["patient_id"]]["birth_date"].at
            facts = {"value": row["known"], "file": patients}
            message.complain_of_value(at, row["found"], "same", **facts)

    def left_out(self, folder: Folder) -> list[Problem]:
        """A warning where the folder has services that are no history."""
        number, words = join.undecided(self.engine), self.message.words
        if not number:
            return []
        found = words.say("found.undecided", number=number)
        wanted, advice = words.say("expected.history"), words.say("advice.left-out")
        file = _file(folder, "services")
        return [Problem("warning", "services", file, None, None, found, wanted, advice, True)]

    def refuse(self, folder: Unusable | None) -> None:
        """Raise Unusable where anything is wrong with the message or with the folder."""
        own = list(dict.fromkeys(self.message.problems))
        if folder is None and own:
            raise Unusable(own[:SHOWN], len(own), Unusable(own).write)
        if folder is not None:
            total = len(own) + folder.total
            raise Unusable([*own, *folder.first][:SHOWN], total, _write(own, folder)) from folder


def _within(at: Location, other: Location) -> bool:
    return at[: len(other)] == other


def _write(own: Sequence[Problem], folder: Unusable) -> Callable[[Path], None]:
    """How all problems are written: those of the folder as it does, then the message's."""

    def write(path: Path) -> None:
        folder.write(path)
        with path.open("a", encoding="utf-8", newline="") as stream:
            listed = csv.writer(stream, lineterminator="\n")
            listed.writerows([getattr(problem, name) for name in FIELDS] for problem in own)

    return write


def _file(folder: Folder, table: str) -> str:
    return next((one.file for one in folder.inputs if one.table == table), table)


def _described(own: Folder | None, message: Message, digest: str) -> Folder:
    if own is None:
        raise AssertionError("a message without services is a problem")
    inputs = [Input(one.table, message.file, digest, one.rows) for one in own.inputs]
    return replace(own, inputs=inputs)


def _set_aside_tables(engine: Engine, own: Folder) -> dict[str, pa.Table]:
    return {name: engine.arrow(f"SELECT * FROM set_aside_{name}") for name in own.set_aside}


def _both(
    engine: Engine,
    own: Folder,
    folder: Folder,
    aside: dict[str, pa.Table],
    warnings: list[Problem],
) -> Folder:
    """What was read of the message and of the folder.

    Of the services only the columns of the message count as present: what the history alone
    has, no service to decide can have.
    """
    for name, table in aside.items():
        engine.load("message_aside", table)
        more = (
            f"SELECT * FROM set_aside_{name} UNION ALL BY NAME " if name in folder.set_aside else ""
        )
        engine.create(f"set_aside_{name}", f"{more}SELECT * FROM message_aside")
    present = {**folder.present, "services": own.present["services"]}
    for name in join.KEYS:
        columns = own.present.get(name, frozenset()) | folder.present.get(name, frozenset())
        if columns:
            present[name] = columns
    numbers = {
        name: own.set_aside.get(name, 0) + folder.set_aside.get(name, 0)
        for name in {**own.set_aside, **folder.set_aside}
    }
    return Folder(
        present=present,
        inputs=[*own.inputs, *folder.inputs],
        warnings=[*own.warnings, *warnings, *folder.warnings][:SHOWN],
        warnings_total=own.warnings_total + len(warnings) + folder.warnings_total,
        set_aside=numbers,
        refuse_changed=folder.refuse_changed,
        left_out=folder.left_out,
    )
