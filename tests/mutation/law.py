"""Mutants of the law's data: a rule dropped, a number or a day moved, a choice of codes changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from conventio.law import Law
from conventio.law.model import Model
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import Accompanying, AnyRule, Codes, Key

Change = tuple[str, Any]
"""What was changed, in words, and the changed thing (None: dropped)."""

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WORDS = {"first": "from", "last": "to"}
CHOICES = ("codes", "sets", "articles", "sections", "kinds")
LEFT_ALONE = frozenset({"kind", "known"})
"""Fields that name what a thing is, or since when it is known; texts are left alone too."""


def mutants(law: Law, rows: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Every mutant of a law, by its name; `rows` is the own nomenclature of the folder asked."""
    yield from _of_list(law, "rules")
    yield from _of_list(law, "accompanying")
    for name in sorted(_used_sets(law)):
        yield from _of_set(law, name, rows)


def _of_list(law: Law, part: str) -> Iterator[Change]:
    whole = list(getattr(law, part))
    for place, one in enumerate(whole):
        for what, changed in _of_model(one):
            left = [changed] if changed is not None else []
            mutated = [*whole[:place], *left, *whole[place + 1 :]]
            parts: dict[str, Any] = {part: mutated}
            yield f"{_name(one)}: {what}", replace(law, **parts)


def _name(one: AnyRule | Accompanying) -> str:
    if isinstance(one, Accompanying):
        return f"accompanying {one.accompanying}"
    return one.entry.removesuffix("@unstated")


def _of_model(model: Model) -> Iterator[Change]:
    """Dropped, and with each of its fields changed."""
    yield "dropped", None
    for name, field in type(model).model_fields.items():
        if name not in LEFT_ALONE:
            for what, changed in _of_field(name, getattr(model, name), field):
                yield what, _with(model, name, changed)


def _of_field(name: str, value: Any, field: FieldInfo) -> Iterator[Change]:
    word = WORDS.get(name, name)
    if isinstance(value, Codes):
        yield from ((f"{name} {what}", changed) for what, changed in _of_codes(value))
    elif isinstance(value, Model):
        yield from ((f"{name} {what}", changed) for what, changed in _of_model(value))
    elif isinstance(value, bool):
        yield f"{name} {not value}".lower(), not value
    elif isinstance(value, int | date) or name in ("start", "end"):
        for moved in _moved(value):
            yield f"{word} {moved} instead of {value}", moved
        if isinstance(value, date) or (isinstance(value, int) and field.default is None):
            yield f"{word} left out", None
    elif get_origin(field.annotation) is Literal:
        options = get_args(field.annotation)
        other = options[(options.index(value) + 1) % len(options)]
        yield f"{name} {other} instead of {value}", other
    elif name == "refused_by" and value is not None:
        yield "refusing by itself", None
    elif isinstance(value, tuple):
        yield from _of_items(name, value)


def _moved(value: Any) -> list[Any]:
    """A number, a day or a minute by its smallest step, both ways."""
    if isinstance(value, date):
        return [value - DAY, value + DAY]
    if isinstance(value, str):
        clock = datetime.combine(date(2000, 1, 1), time.fromisoformat(value))
        return [f"{moved:%H:%M}" for moved in (clock - MINUTE, clock + MINUTE)]
    return [value - 1, value + 1]


def _of_items(name: str, items: tuple[Any, ...]) -> Iterator[Change]:
    """Each item dropped or changed; each key that groups are not made by added."""
    for place, item in enumerate(items):
        before, after = items[:place], items[place + 1 :]
        if isinstance(item, Model):
            for what, changed in _of_model(item):
                left = () if changed is None else (changed,)
                yield f"{name} {place + 1} {what}", (*before, *left, *after)
        else:
            yield f"{name} without {item}", (*before, *after)
    if name == "per":
        for key in get_args(Key):
            if key not in items:
                yield f"per {key} too", (*items, key)


def _of_codes(codes: Codes) -> Iterator[Change]:
    """Each condition left out, each of its values taken away; of what is excepted as well."""
    for name in CHOICES:
        values = getattr(codes, name)
        if values is not None:
            yield f"of any {name}", _with(codes, name, None)
            for value in values:
                left = tuple(one for one in values if one != value)
                yield f"not of {name} {value}", _with(codes, name, left)
    if codes.tooth is not None:
        other = "none" if codes.tooth == "required" else "required"
        yield "whatever the tooth", _with(codes, "tooth", None)
        yield f"of tooth {other}", _with(codes, "tooth", other)
    for known in codes.unknown or ():
        left = tuple(one for one in codes.unknown or () if one != known)
        yield f"whatever the {known}", _with(codes, "unknown", left or None)
    for place, excepted in enumerate(codes.excepted):
        before, after = codes.excepted[:place], codes.excepted[place + 1 :]
        name = "excepted" if len(codes.excepted) == 1 else f"excepted {place + 1}"
        yield f"{name} dropped", _with(codes, "excepted", (*before, *after))
        for what, changed in _of_codes(excepted):
            yield f"{name} {what}", _with(codes, "excepted", (*before, changed, *after))


def _with(model: Model, name: str, value: Any) -> Any:
    return model.model_copy(update={name: value})


# --- code sets ------------------------------------------------------------------------------------


def _used_sets(law: Law) -> set[str]:
    """The sets that a rule or an accompanying kind names."""
    named = (part for one in _selections(law) for part in _parts(one))
    return {name for part in named for name in part.sets or ()}


def _selections(law: Law) -> list[Codes]:
    """Every choice of codes that a rule, a permit or an accompanying kind makes."""
    models: list[Model] = [*law.rules, *law.accompanying]
    models += [permit for rule in law.rules for permit in getattr(rule, "permits", ())]
    values = [getattr(model, name) for model in models for name in type(model).model_fields]
    return [value for value in values if isinstance(value, Codes)]


def _parts(codes: Codes) -> Iterator[Codes]:
    """A choice of codes and what it excepts, at any depth."""
    yield codes
    for excepted in codes.excepted:
        yield from _parts(excepted)


def _of_set(law: Law, name: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    pairs = law.code_sets[name].codes
    for pair in pairs:
        left = tuple(one for one in pairs if one != pair)
        yield f"set {name}: without {pair}", _with_set(law, name, left)
    meant = _meant(law, name, rows)
    for pair in _other_pairs(law, pairs):
        changed = _with_set(law, name, (*pairs, pair))
        if _meant(changed, name, rows) != meant:
            yield f"set {name}: with {pair} too", changed
            return


def _with_set(law: Law, name: str, pairs: tuple[str, ...]) -> Law:
    """The law with other pairs in a set; what is known of each code stays."""
    code_sets = {**law.code_sets, name: _with(law.code_sets[name], "codes", pairs)}
    sets = {
        one.set: frozenset(code for pair in one.codes for code in pair.split("-"))
        for one in code_sets.values()
    }
    nomenclature = Nomenclature(law.nomenclature.values(), sets)
    return replace(law, code_sets=code_sets, nomenclature=nomenclature)


def _other_pairs(law: Law, pairs: Sequence[str]) -> Iterator[str]:
    for code in law.nomenclature.values():
        pair = f"{code.code}-{code.pair_code}"
        if code.pair_code is not None and code.code < code.pair_code and pair not in pairs:
            yield pair


def _meant(law: Law, name: str, rows: Sequence[Mapping[str, Any]]) -> list[frozenset[str]]:
    """The codes of the choices that name a set."""
    nomenclature = law.nomenclature.with_rows(rows)
    return [
        nomenclature.meant_by(one)
        for one in _selections(law)
        if any(name in (part.sets or ()) for part in _parts(one))
    ]
