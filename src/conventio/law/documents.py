"""The law's files: YAML and CSV read with the line of every entry, so that a fault can name it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from typing import Any

import yaml

Path = tuple[str | int, ...]


LARGEST = 16 << 20
"""Bytes in one file of law; the largest of ours has a hundredth of it."""
MANY_NODES = 500 * 1000
"""How many names, values and lists one file may hold, what it refers to counted each time."""
DEEPEST = 50
"""How deep lists may stand in lists."""
LONGEST_NUMBER = 40
"""Characters in one number."""


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the law's files; line 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the law's data, and where."""

    place: Place
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


class LawError(Exception):
    """The law's data can't be used; all its faults at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.place, fault.says))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class _Loader(yaml.CSafeLoader):
    """YAML in which a number with a point is a Decimal, and nothing is guessed: money is exact."""


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    text = _short(loader, node)
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        raise _not_meant(node, f"{text} is no plain number; if it is a text, put it in quotes")
    return number


def _whole(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = _short(loader, node).replace("_", "")
    if not text.lstrip("+-").isdecimal() or (len(text) > 1 and text.startswith("0")):
        raise _not_meant(node, f"{text} reads as another number in YAML; put it in quotes")
    return int(text)


def _short(loader: _Loader, node: yaml.ScalarNode) -> str:
    """The text of a number."""
    text = str(loader.construct_scalar(node))
    if len(text) > LONGEST_NUMBER:
        says = f"is a number of {len(text)} characters; the longest has {LONGEST_NUMBER}"
        raise _not_meant(node, says)
    return text


def _day(loader: _Loader, node: yaml.ScalarNode) -> date:
    text = loader.construct_scalar(node)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _not_meant(node, f"there is no day {text}; write a day as 2020-03-01") from None


def _not_meant(node: yaml.ScalarNode, says: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, says, node.start_mark)


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


@dataclass(frozen=True)
class Entry:
    """One entry of a file, with the place of each of its parts."""

    data: dict[str, Any]
    place: Place
    node: yaml.Node | None = None

    def place_of(self, path: Path) -> Place:
        """The place of a part, or of the nearest part around it that stands in the file."""
        node, line = self.node, self.place.line
        for key in path:
            node = _child(node, key)
            if node is None:
                break
            line = node.start_mark.line + 1
        return Place(self.place.file, line)

    def holds(self, path: Path) -> bool:
        """Whether a part stands in the file, and was not taken over from another entry."""
        node = self.node
        for key in path:
            node = _child(node, key)
        return node is not None


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        child: yaml.Node = node.value[key]
        return child
    return None


def read_entries(file: Traversable, name: str, *, one: bool = False) -> list[Entry]:
    """The entries of a YAML file: a list of mappings, or with `one` a single mapping.

    Raises LawError where the file is no YAML, has another shape or names something twice.
    """
    node, data = _load(_text(file, name), name)
    if one:
        return [_entry(data, node, name, "one source: lines of `name: value`")]
    if data is None:
        return []
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        says = f"found {described(data)}, expected a list of entries: begin each with `- `"
        raise LawError([Fault(Place(name, node.start_mark.line + 1 if node else 1), says)])
    return [
        _entry(entry, child, name, "an entry: lines of `name: value`")
        for entry, child in zip(data, node.value, strict=True)
    ]


def _text(file: Traversable, name: str) -> str:
    try:
        with file.open("rb") as stream:
            read = stream.read(LARGEST + 1)
        if len(read) > LARGEST:
            raise LawError([Fault(Place(name), f"has more than {LARGEST >> 20} MB; divide it")])
        return read.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise LawError([Fault(Place(name), f"can't be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        says = f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise LawError([Fault(Place(name), says)]) from error


def _bounded(text: str, name: str) -> None:
    """Raises LawError where a file is too deep or too large once all references are followed.

    Events are counted as they come, before anything is made of them.
    """
    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        says = None
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in (anchor for anchor, _ in open_):
                says = f"*{event.anchor} refers to what it stands in; write out what is meant"
            total += sizes.get(event.anchor or "", 0)
        elif isinstance(event, yaml.NodeEvent):
            total += 1
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append((event.anchor, total - 1))
            elif event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        if len(open_) > DEEPEST:
            says = f"stands more than {DEEPEST} levels deep; no entry is"
        elif total > MANY_NODES:
            says = f"the file holds more than {MANY_NODES} values, with all that it refers to"
        if says is not None:
            mark = event.start_mark
            raise LawError([Fault(Place(name, mark.line + 1 if mark else 1), says)])


def _load(text: str, name: str) -> tuple[yaml.Node | None, Any]:
    loader = None
    try:
        _bounded(text, name)
        loader = _Loader(text)
        node = loader.get_single_node()
        faults = list(_twice(node, name))
        if faults:
            raise LawError(faults)
        return node, loader.construct_document(node) if node is not None else None
    except yaml.constructor.ConstructorError as error:
        raise LawError([Fault(_mark(error, name), _problem(error))]) from error
    except yaml.YAMLError as error:
        says = f"is not YAML: {_problem(error)}; look at the indentation and the quotes here"
        raise LawError([Fault(_mark(error, name), says)]) from error
    except ValueError as error:  # what stands there has no such value
        raise LawError([Fault(Place(name, 1), f"can't be read: {error}")]) from error
    finally:
        if loader is not None:
            loader.dispose()


def _entry(data: Any, node: yaml.Node | None, name: str, expected: str) -> Entry:
    place = Place(name, node.start_mark.line + 1 if node is not None else 1)
    if not isinstance(data, dict):
        raise LawError([Fault(place, f"found {described(data)}, expected {expected}")])
    return Entry(data, place, node)


def _twice(node: yaml.Node | None, name: str) -> Iterator[Fault]:
    """Names that stand twice in one mapping; YAML would take the last and drop the first."""
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                yield Fault(Place(name, line), "a name is a plain text, not a list or mapping")
                continue
            if key.value in first:
                says = f"{key.value} is given here and in line {first[key.value]}; remove one"
                yield Fault(Place(name, line), says)
            first.setdefault(key.value, line)
            yield from _twice(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _twice(child, name)


def described(value: Any) -> str:
    """What was found in a file, as a person wrote it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= 40 else value[:37] + "...")
        case list() | tuple():
            return "a list" if value else "an empty list"
        case dict():
            return "a mapping"
        case _:
            return str(value)


def read_rows(file: Traversable, name: str) -> list[Entry]:
    """The rows of a CSV file with a header; empty cells are left out.

    Raises LawError where a row has more cells than the header.
    """
    rows = csv.DictReader(io.StringIO(_text(file, name), newline=""))
    entries: list[Entry] = []
    faults: list[Fault] = []
    for row in _read(rows, name):
        place = Place(name, rows.line_num)
        if row.pop(None, None) is not None:
            says = "has more cells than the header; put a text with a comma in quotes"
            faults.append(Fault(place, says))
        entries.append(Entry({key: value for key, value in row.items() if value}, place))
    if faults:
        raise LawError(faults)
    return entries


def _read(rows: csv.DictReader[str], name: str) -> Iterator[dict[Any, Any]]:
    """The rows of a CSV file; raises LawError where it is none."""
    try:
        yield from rows
    except csv.Error as error:
        raise LawError([Fault(Place(name, rows.line_num + 1), f"is not CSV: {error}")]) from error


def _mark(error: yaml.YAMLError, name: str) -> Place:
    mark = getattr(error, "problem_mark", None)
    return Place(name, mark.line + 1 if mark is not None else 1)


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error)
