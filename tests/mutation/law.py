"""Mutants of the law's data: a rule dropped, a number or a day moved, a choice of codes changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

from conventio.law import Law
from conventio.law.model import Model
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import Accompanying, AnyRule, Codes, Key, Permit

Change = tuple[str, Any]
"""What was changed, in words, and the changed thing (None: dropped)."""

DAY = timedelta(days=1)
BOUNDS = {"first": "from", "last": "to"}
CHOICES = ("codes", "sets", "articles", "sections", "kinds")
SELECTIONS = ("services", "others", "excluded", "earlier", "goes_with")
LISTS = ("holidays", "facts", "values", "undecided", "teeth", "authorisations")
OTHER_HOURS = {"21:00": ("20:59", "21:01"), "08:00": ("07:59", "08:01")}


def mutants(law: Law, rows: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Every mutant of a law, by its name; `rows` is the own nomenclature of the folder asked."""
    yield from _of_list(law, "rules", _of_rule)
    yield from _of_list(law, "accompanying", _of_accompanying)
    for name in sorted(_used_sets(law)):
        yield from _of_set(law, name, rows)


def _of_list(law: Law, part: str, changes: Any) -> Iterator[Change]:
    whole = list(getattr(law, part))
    for place, one in enumerate(whole):
        for what, changed in changes(one):
            left = [changed] if changed is not None else []
            mutated = [*whole[:place], *left, *whole[place + 1 :]]
            parts: dict[str, Any] = {part: mutated}
            yield f"{_name(one)}: {what}", replace(law, **parts)


def _name(one: AnyRule | Accompanying) -> str:
    if isinstance(one, Accompanying):
        return f"accompanying {one.accompanying}"
    return one.entry.removesuffix("@unstated")


def _of_rule(rule: AnyRule) -> Iterator[Change]:
    yield "dropped", None
    for name, word in BOUNDS.items():
        bound = getattr(rule, name)
        if bound is not None:
            for moved in (bound - DAY, bound + DAY):
                yield f"{word} {moved} instead of {bound}", _with(rule, name, moved)
            yield f"{word} unstated instead of {bound}", _with(rule, name, None)
    yield from _of_figures(rule)
    yield from _of_keys(rule)
    yield from _of_selections(rule)
    yield from _of_lists(rule)
    yield from _of_hours(rule)
    yield from _of_permits(rule)
    if getattr(rule, "when", "always") != "always":
        yield "always", _with(rule, "when", "always")


def _of_accompanying(one: Accompanying) -> Iterator[Change]:
    yield "dropped", None
    yield from _of_selections(one)


def _of_figures(model: Model) -> Iterator[Change]:
    """Numbers by one, both ways, and left out where they may be; booleans the other way round."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, bool):
            yield f"{name} {not value}".lower(), _with(model, name, not value)
        elif isinstance(value, int):
            for moved in (value - 1, value + 1):
                yield f"{name} {moved} instead of {value}", _with(model, name, moved)
            if field.default is None:
                yield f"{name} left out", _with(model, name, None)


def _of_keys(rule: AnyRule) -> Iterator[Change]:
    """Each key of the groups taken away, each other one added."""
    if not hasattr(rule, "per"):
        return
    for key in get_args(Key):
        if key in rule.per:
            yield f"not per {key}", _with(rule, "per", tuple(one for one in rule.per if one != key))
        else:
            yield f"per {key} too", _with(rule, "per", (*rule.per, key))


def _of_selections(model: AnyRule | Accompanying | Permit) -> Iterator[Change]:
    for name in SELECTIONS:
        if hasattr(model, name):
            for what, changed in _of_codes(getattr(model, name)):
                yield f"{name} {what}", _with(model, name, changed)


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
    for place, excepted in enumerate(codes.excepted):
        before, after = codes.excepted[:place], codes.excepted[place + 1 :]
        which = f"excepted {place + 1}" if before or after else "excepted"
        nothing = f"without {which}" if before or after else "with nothing excepted"
        yield nothing, _with(codes, "excepted", (*before, *after))
        for what, changed in _of_codes(excepted):
            yield f"{which} {what}", _with(codes, "excepted", (*before, changed, *after))


def _of_lists(rule: AnyRule) -> Iterator[Change]:
    """Each value of a list taken away."""
    for name in LISTS:
        values = getattr(rule, name, ())
        for value in values:
            left = tuple(one for one in values if one != value)
            yield f"{name} without {value}", _with(rule, name, left)


def _of_hours(rule: AnyRule) -> Iterator[Change]:
    """Each period taken away, each of its days, each end moved by a minute, its duty turned."""
    whole = getattr(rule, "hours", ())
    for place, hours in enumerate(whole):
        for what, changed in _of_period(hours):
            left = () if changed is None else (changed,)
            mutated = (*whole[:place], *left, *whole[place + 1 :])
            yield f"hours {place + 1} {what}", _with(rule, "hours", mutated)


def _of_period(hours: Any) -> Iterator[Change]:
    yield "dropped", None
    for day in hours.days:
        left = tuple(one for one in hours.days if one != day)
        yield f"without {day}", _with(hours, "days", left)
    for end in ("start", "end"):
        for moved in OTHER_HOURS[getattr(hours, end)]:
            yield f"{end} {moved}", _with(hours, end, moved)
    if hours.refused_by is not None:
        yield "refusing by the rule's provision", _with(hours, "refused_by", None)
    yield from _of_figures(hours)


def _of_permits(rule: AnyRule) -> Iterator[Change]:
    permits: tuple[Permit, ...] = getattr(rule, "permits", ())
    for place, permit in enumerate(permits):
        for what, changed in _of_permit(permit):
            left = () if changed is None else (changed,)
            mutated = (*permits[:place], *left, *permits[place + 1 :])
            yield f"permit {permit.provision} {what}", _with(rule, "permits", mutated)


def _of_permit(permit: Permit) -> Iterator[Change]:
    yield "dropped", None
    for title in permit.titles:
        left = tuple(one for one in permit.titles if one != title)
        yield f"without {title}", _with(permit, "titles", left)
    if permit.refused_by is not None:
        yield "refusing by itself", _with(permit, "refused_by", None)
    yield from _of_figures(permit)
    yield from _of_selections(permit)


def _with(model: Model, name: str, value: Any) -> Any:
    return model.model_copy(update={name: value})


# --- code sets ------------------------------------------------------------------------------------


def _used_sets(law: Law) -> set[str]:
    """The sets that a rule or an accompanying kind names."""
    named = (part for one in _selections(law) for part in _parts(one))
    return {name for part in named for name in part.sets or ()}


def _selections(law: Law) -> list[Codes]:
    """Every choice of codes that a rule, a permit or an accompanying kind makes."""
    models: list[Any] = [*law.rules, *law.accompanying]
    models += [permit for rule in law.rules for permit in getattr(rule, "permits", ())]
    return [getattr(one, name) for one in models for name in SELECTIONS if hasattr(one, name)]


def _parts(codes: Codes) -> Iterator[Codes]:
    """A choice of codes with everything that it excepts, and that those except."""
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
