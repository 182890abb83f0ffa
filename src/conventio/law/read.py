"""Reading a folder of law: every file of every source, with all faults at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from conventio.law import check
from conventio.law.documents import Entry, Fault, LawError, Place, read_entries, read_rows
from conventio.law.law import Law
from conventio.law.model import CodeSet, Provision, Reason, Source, Statement
from conventio.law.nomenclature import Nomenclature
from conventio.law.parts import Parts
from conventio.law.rules import Accompanying, AnyRule

M = TypeVar("M", bound=BaseModel)

_RULES: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
_DATED = ("from", "to", "known")


@cache
def shipped() -> Law:
    """The law that comes with the program."""
    return read(files("conventio.law") / "data")


def read(folder: Traversable | Path) -> Law:
    """The law of a folder with one folder a source.

    Raises LawError with every fault found, each with its file and line.
    """
    parts = Parts()
    sources = sorted((one for one in folder.iterdir() if one.is_dir()), key=lambda one: one.name)
    if not any((source / "source.yaml").is_file() for source in sources):
        raise LawError([Fault(Place(str(folder), 1), "holds no source: no */source.yaml")])
    for source in sources:
        _read_source(source, parts)
    sets, codes = check.faults(parts)
    if parts.faults:
        raise LawError(parts.faults)
    return Law(
        sources={source.key: source for source, _ in parts.sources},
        provisions={provision.id: provision for provision, _ in parts.provisions},
        code_sets={code_set.set: code_set for code_set, _ in parts.code_sets},
        nomenclature=Nomenclature(codes, sets),
        rules=[rule for rule, _ in parts.rules],
        reasons={reason.id: reason for reason, _ in parts.reasons},
        accompanying=[one for one, _ in parts.accompanying],
        holes=check.holes(parts),
        version=_version(sources),
    )


def _read_source(folder: Traversable, parts: Parts) -> None:
    def entries(name: str) -> list[Entry]:
        file = folder / name
        if not file.is_file():
            return []
        try:
            reader = read_rows if name.endswith(".csv") else read_entries
            return reader(file, f"{folder.name}/{name}")
        except LawError as error:
            parts.faults += error.faults
            return []

    def models(name: str, model: type[M], inherited: Mapping[str, Any]) -> list[tuple[M, Entry]]:
        return _models(entries(name), model.model_validate, inherited, parts.faults)

    source = models("source.yaml", Source, {})
    parts.sources += source
    own = _dates(source[0][1].data) if source else dict.fromkeys(_DATED, "unstated")
    provisions = [_inherit_values(entry, own) for entry in entries("provisions.yaml")]
    parts.provisions += _models(provisions, Provision.model_validate, own, parts.faults)
    parts.code_sets += models("code-sets.yaml", CodeSet, {})
    parts.statements += models("statements.yaml", Statement, {})
    parts.accompanying += models("accompanying.yaml", Accompanying, {})
    parts.reasons += models("reasons.csv", Reason, {})
    dates = {entry.data.get("id"): {**own, **_dates(entry.data)} for entry in provisions}
    for entry in entries("rules.yaml"):
        inherited = dates.get(entry.data.get("provision"), own)
        parts.rules += _models([entry], _RULES.validate_python, inherited, parts.faults)


def _dates(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _DATED if name in data}


def _inherit_values(entry: Entry, own: Mapping[str, Any]) -> Entry:
    """A provision whose values take the dates that they do not give from it."""
    values = entry.data.get("values")
    if not isinstance(values, list):
        return entry
    dates = {**own, **_dates(entry.data)}
    values = [{**dates, **value} if isinstance(value, dict) else value for value in values]
    return Entry({**entry.data, "values": values}, entry.place, entry.node)


def _models(
    entries: Iterable[Entry],
    validate: Callable[[Any], M],
    inherited: Mapping[str, Any],
    faults: list[Fault],
) -> list[tuple[M, Entry]]:
    read: list[tuple[M, Entry]] = []
    for entry in entries:
        try:
            read.append((validate({**inherited, **entry.data}), entry))
        except ValidationError as error:
            faults += [_fault(entry, details) for details in error.errors()]
    return read


def _fault(entry: Entry, details: Any) -> Fault:
    """What Pydantic found, with the line of the file and in words for who keeps the data."""
    path = tuple(details["loc"])
    if details["type"] == "union_tag_invalid":
        context = details["ctx"]
        kinds = context["expected_tags"].replace("'", "")
        says = f"kind {context['tag']!r} does not exist; the kinds are {kinds}"
        return Fault(entry.place_of(("kind",)), says)
    name = ".".join(str(part) for part in path)
    if details["type"] == "missing":
        says = f"{name} is missing"
    elif details["type"] == "extra_forbidden":
        says = f"{name} does not fit here; remove it or correct its name"
    else:
        says = f"{name}: found {details['input']!r}, expected: {details['msg']}"
    inner = path[1:] if path and path[0] == entry.data.get("kind") else path
    return Fault(entry.place_of(inner), says)


def _version(sources: Iterable[Traversable]) -> str:
    """A name for exactly this law: the digest of its files."""
    digest = hashlib.sha256()
    for source in sources:
        for file in sorted(source.iterdir(), key=lambda one: one.name):
            if file.name.endswith((".yaml", ".csv")):
                digest.update(f"{source.name}/{file.name}\n".encode())
                digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
