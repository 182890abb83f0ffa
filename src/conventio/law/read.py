"""Reading a folder of law and those added to it: every file of every source, all faults at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from conventio.law import check, shape
from conventio.law.days import UNSTATED
from conventio.law.documents import Entry, Fault, LawError, Place, read_entries, read_rows
from conventio.law.law import Law
from conventio.law.model import (
    CodeSet,
    Coverage,
    GivenValue,
    KindOfCode,
    Profession,
    Provision,
    Reason,
    Source,
    Statement,
    Title,
    bound,
)
from conventio.law.nomenclature import Nomenclature
from conventio.law.parts import Parts
from conventio.law.rules import Accompanying, AnyRule

M = TypeVar("M", bound=BaseModel)
Dates = Mapping[str, Any]

_RULES: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
_DATED = ("from", "to", "known")

FILES = (
    "source.yaml",
    "provisions.yaml",
    "values.yaml",
    "code-sets.yaml",
    "statements.yaml",
    "rules.yaml",
    "accompanying.yaml",
    "coverage.yaml",
    "reasons.csv",
    "professions.csv",
    "titles.csv",
    "kinds.csv",
)
"""The files that the folder of a source may hold; only the first must be there."""


SHIPPED = files("conventio.law") / "data"
"""The folder of the law that comes with the program."""


@dataclass(frozen=True)
class _Folder:
    """The folder of one source, with how its files are named in faults."""

    folder: Traversable
    name: str
    added: bool

    def files(self) -> list[Traversable]:
        """Its files of law, by name."""
        return sorted(filter(_of_law, self.folder.iterdir()), key=lambda file: file.name)


@cache
def shipped() -> Law:
    """The law that comes with the program."""
    return read(SHIPPED)


def read(folder: Traversable | Path, *added: Path) -> Law:
    """The law of a folder with one folder a source, and of folders of that shape added to it.

    What is added stands beside the rest, and replaces of it what it names under `supersedes`.
    Raises LawError with every fault found, each with its file and line.
    """
    parts = Parts()
    own = _sources(folder, "", parts.faults)
    others = [_sources(one, one.as_posix(), parts.faults) for one in added]
    sources = [*own, *(source for of_one in others for source in of_one)]
    dates: dict[str, Dates] = {}
    for source in sources:
        dates |= _read_provisions(source, parts)
    for source in sources:
        _read_the_rest(source, dates, parts)
    sets, codes = check.faults(parts)
    if parts.faults:
        raise LawError(parts.faults)
    return Law(
        sources={source.key: source for source, _ in parts.sources},
        provisions=parts.provisions_with_values(),
        code_sets={code_set.set: code_set for code_set, _ in parts.code_sets},
        nomenclature=Nomenclature(codes, sets, parts.headings()),
        rules=[rule for rule, _ in parts.rules],
        reasons={reason.id: reason for reason, _ in parts.reasons},
        professions=[one for one, _ in parts.professions],
        titles=[one for one, _ in parts.titles],
        coverage=[one for one, _ in parts.coverage],
        accompanying=[one for one, _ in parts.accompanying],
        holes=check.holes(parts),
        version="+".join(map(_version, [own, *others])),
    )


def _sources(folder: Traversable | Path, name: str, faults: list[Fault]) -> list[_Folder]:
    """The folders that hold files of law; a file in the wrong place would go unread.

    `name` is what an added folder is called in faults.
    """
    inside: list[Traversable] = sorted(folder.iterdir(), key=lambda one: one.name)
    start = f"{name}/" if name else ""
    faults += [
        Fault(
            Place(f"{start}{one.name}"), "stands beside the sources; move it into the folder of one"
        )
        for one in inside
        if one.is_file() and _of_law(one)
    ]
    sources = []
    for one in inside:
        source = _Folder(one, f"{start}{one.name}", added=bool(name))
        held = [file.name for file in source.files()] if one.is_dir() else []
        if (ends_not := [name for name in held if not (one / name).is_file()]) != []:
            says = "is a folder, a pipe or a device; expected a regular file"
            faults += [Fault(Place(f"{source.name}/{name}"), says) for name in ends_not]
            raise LawError(faults)
        for file in sorted(set(held) - set(FILES)):
            says = f"is no file of the law; name it one of {', '.join(FILES)}"
            faults.append(Fault(Place(f"{source.name}/{file}"), says))
        if held and FILES[0] not in held:
            says = "is missing; every folder of law says with it which document it holds"
            faults.append(Fault(Place(f"{source.name}/{FILES[0]}"), says))
        if held:
            sources.append(source)
    if not sources:
        says = "holds no source; expected folders, each with a source.yaml"
        raise LawError([*faults, Fault(Place(name or folder.name), says)])
    return sources


def _of_law(file: Traversable) -> bool:
    return file.name.casefold().endswith((".yaml", ".yml", ".csv"))


def _read_provisions(folder: _Folder, parts: Parts) -> dict[str, Dates]:
    """Read a source and its provisions; answer the dates that others take over from them."""
    sources = _entries(folder, "source.yaml", parts.faults)
    parts.sources += _models(sources, Source, {}, parts.faults)
    own: Dates = dict.fromkeys(_DATED, UNSTATED)
    for source in sources:
        own = {**own, **_dates(source.data)}
    entries = [
        _inherit_values(entry, own) for entry in _entries(folder, "provisions.yaml", parts.faults)
    ]
    parts.provisions += _models(entries, Provision, own, parts.faults)
    of_provisions = {str(entry.data.get("id")): {**own, **_dates(entry.data)} for entry in entries}
    return {folder.name: own, **of_provisions}


def _read_the_rest(folder: _Folder, dates: Mapping[str, Dates], parts: Parts) -> None:
    """Read what rests on provisions; a rule has the dates of its own that it does not give."""
    own = dates[folder.name]

    def inherited(entry: Entry) -> Dates:
        """What is added is not known before its own source, whatever it rests on."""
        provision = str(entry.data.get("provision"))
        foreign = folder.added and not provision.startswith(f"{folder.folder.name}/")
        of_provision = dates.get(provision, own)
        return {**of_provision, "known": own["known"]} if foreign else of_provision

    def models(name: str, model: type[M]) -> list[tuple[M, Entry]]:
        return _models(_entries(folder, name, parts.faults), model, {}, parts.faults)

    parts.code_sets += models("code-sets.yaml", CodeSet)
    parts.statements += models("statements.yaml", Statement)
    parts.accompanying += models("accompanying.yaml", Accompanying)
    parts.reasons += models("reasons.csv", Reason)
    parts.professions += models("professions.csv", Profession)
    parts.titles += models("titles.csv", Title)
    parts.kinds += models("kinds.csv", KindOfCode)
    for entry in _entries(folder, "coverage.yaml", parts.faults):
        parts.coverage += _models([entry], Coverage, inherited(entry), parts.faults)
    for entry in _entries(folder, "values.yaml", parts.faults):
        given = _models([entry], GivenValue, inherited(entry), parts.faults)
        parts.values += [(value.given_by(folder.folder.name), place) for value, place in given]
    for entry in _entries(folder, "rules.yaml", parts.faults):
        validate = _RULES.validate_python
        read_here = _validated(entry, validate, None, inherited(entry), parts.faults)
        parts.rules += [(rule.read_from(folder.folder.name), place) for rule, place in read_here]


def _entries(folder: _Folder, name: str, faults: list[Fault]) -> list[Entry]:
    file, place = folder.folder / name, f"{folder.name}/{name}"
    if not file.is_file():
        return []
    try:
        if name.endswith(".csv"):
            return read_rows(file, place)
        return read_entries(file, place, one=name == "source.yaml")
    except LawError as error:
        faults += error.faults
        return []


def _dates(data: Mapping[str, Any]) -> dict[str, Any]:
    """The dates that an entry gives and that can be read; the others have a fault of their own."""
    dates = {}
    for name in _DATED:
        with suppress(KeyError, PydanticCustomError):
            bound(data[name])
            dates[name] = data[name]
    return dates


def _inherit_values(entry: Entry, own: Dates) -> Entry:
    """A provision whose values take the dates that they do not give from it."""
    values = entry.data.get("values")
    if not isinstance(values, list):
        return entry
    dates = {**own, **_dates(entry.data)}
    values = [{**dates, **value} if isinstance(value, dict) else value for value in values]
    return Entry({**entry.data, "values": values}, entry.place, entry.node)


def _models(
    entries: Iterable[Entry], model: type[M], inherited: Dates, faults: list[Fault]
) -> list[tuple[M, Entry]]:
    return [
        one
        for entry in entries
        for one in _validated(entry, model.model_validate, model, inherited, faults)
    ]


def _validated(
    entry: Entry,
    validate: Callable[[Any], M],
    model: type[BaseModel] | None,
    inherited: Dates,
    faults: list[Fault],
) -> list[tuple[M, Entry]]:
    try:
        return [(validate({**inherited, **entry.data}), entry)]
    except ValidationError as error:
        faults += shape.faults(entry, model, error)
        return []


def _version(sources: Iterable[_Folder]) -> str:
    """A name for exactly this law: the digest of its files."""
    digest = hashlib.sha256()
    for source in sources:
        for file in source.files():
            if not file.name.endswith(".yml"):
                digest.update(f"{source.folder.name}/{file.name}\n".encode())
                digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
