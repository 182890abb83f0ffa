"""The law's files: YAML and CSV read with the line of every entry, so that a fault can name it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any

import yaml

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the law's files."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


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
    """YAML in which a number with a point is a Decimal: money is exact."""


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node).replace("_", ""))


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


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


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        child: yaml.Node = node.value[key]
        return child
    return None


def read_entries(file: Traversable, name: str) -> list[Entry]:
    """The entries of a YAML file: a list of mappings, or one mapping.

    Raises LawError where the file is no YAML or has another shape.
    """
    text = file.read_text(encoding="utf-8")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else []
    except yaml.YAMLError as error:
        raise LawError([Fault(_mark(error, name), f"is not YAML: {_problem(error)}")]) from error
    finally:
        loader.dispose()
    if isinstance(data, dict) and isinstance(node, yaml.MappingNode):
        return [Entry(data, Place(name, node.start_mark.line + 1), node)]
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise LawError([Fault(Place(name, 1), "found another shape, expected a list of mappings")])
    children = node.value if node is not None else []
    return [
        Entry(entry, Place(name, child.start_mark.line + 1), child)
        for entry, child in zip(data, children, strict=True)
    ]


def read_rows(file: Traversable, name: str) -> list[Entry]:
    """The rows of a CSV file with a header; empty cells are left out."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [
        Entry({key: value for key, value in row.items() if value}, Place(name, number))
        for number, row in enumerate(csv.DictReader(lines), start=2)
    ]


def _mark(error: yaml.YAMLError, name: str) -> Place:
    mark = getattr(error, "problem_mark", None)
    return Place(name, mark.line + 1 if mark is not None else 1)


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error)
