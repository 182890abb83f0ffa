"""Every way the law's data can be wrong, each with a check of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from conventio.law import known
from conventio.law.documents import Entry, Fault
from conventio.law.model import Dated
from conventio.law.nomenclature import Code, CodeFault, Nomenclature, split_pair
from conventio.law.parts import Parts
from conventio.law.rules import Accompanying, Codes

Sets = Mapping[str, frozenset[str]]


def faults(parts: Parts) -> tuple[Sets, list[Code]]:
    """Add what is wrong to the parts' faults; answer the code sets and the codes."""
    sets = _sets(parts)
    codes = _codes(parts, sets)
    parts.faults += [
        *_twice(parts),
        *_unfounded(parts),
        *_unknown_codes(parts, sets, {code.code for code in codes}),
        *_unknown_reasons(parts),
        *_backwards(parts),
        *_answered_twice(parts),
        *_superseding_nothing(parts),
    ]
    parts.faults += _waiting_for_each_other(parts, Nomenclature(codes, sets))
    return sets, codes


def _sets(parts: Parts) -> Sets:
    """The codes of each set, with both codes of a pair."""
    sets: dict[str, frozenset[str]] = {}
    for code_set, entry in parts.code_sets:
        codes: set[str] = set()
        for position, text in enumerate(code_set.codes):
            codes.update(_split(text, entry, ("codes", position), parts.faults))
        sets[code_set.set] = frozenset(codes)
    return sets


def _split(
    text: str, entry: Entry, path: tuple[str | int, ...], faults: list[Fault]
) -> tuple[str, ...]:
    try:
        return tuple(code for code in split_pair(text) if code is not None)
    except CodeFault as error:
        faults.append(Fault(entry.place_of(path), str(error)))
        return ()


def _codes(parts: Parts, sets: Sets) -> list[Code]:
    """The codes of all statements; two that say different things of one code are a fault."""
    said: dict[str, dict[str, tuple[Any, str, Entry]]] = defaultdict(dict)
    for statement, entry in parts.statements:
        pairs: list[tuple[str, ...]] = [
            _split(text, entry, ("codes", position), parts.faults)
            for position, text in enumerate(statement.codes)
        ]
        if statement.set is not None:
            pairs += _pairs_of_set(statement.set, parts)
            if statement.set not in sets:
                missing = f"code set {statement.set!r} does not exist"
                parts.faults.append(Fault(entry.place_of(("set",)), missing))
        for pair in pairs:
            for code in pair:
                says = statement.says.stated()
                other = [one for one in pair if one != code]
                if other:
                    says["pair_code"] = other[0]
                _say(said[code], code, says, statement.basis, entry, parts.faults)
    return [
        Code(
            code,
            **{name: value for name, (value, _, _) in properties.items()},
            basis={name: basis for name, (_, basis, _) in properties.items()},
        )
        for code, properties in sorted(said.items())
    ]


def _pairs_of_set(name: str, parts: Parts) -> list[tuple[str, ...]]:
    return [
        _split(text, entry, ("codes",), [])
        for code_set, entry in parts.code_sets
        if code_set.set == name
        for text in code_set.codes
    ]


def _say(
    known_of: dict[str, tuple[Any, str, Entry]],
    code: str,
    says: Mapping[str, Any],
    basis: str,
    entry: Entry,
    faults: list[Fault],
) -> None:
    for name, value in says.items():
        if name not in known_of:
            known_of[name] = (value, basis, entry)
        elif known_of[name][0] != value:
            before, other, place = known_of[name]
            text = f"{name} of {code} is {value!r} by {basis}, but {before!r} by {other}"
            faults.append(Fault(entry.place, f"{text} ({place.place})"))


def _twice(parts: Parts) -> Iterator[Fault]:
    named: list[tuple[str, list[tuple[str, Entry]]]] = [
        ("provision", [(one.id, entry) for one, entry in parts.provisions]),
        ("source", [(one.key, entry) for one, entry in parts.sources]),
        ("code set", [(one.set, entry) for one, entry in parts.code_sets]),
        ("reason", [(one.id, entry) for one, entry in parts.reasons]),
    ]
    for what, entries in named:
        first: dict[str, Entry] = {}
        for name, entry in entries:
            if name in first:
                yield Fault(entry.place, f"{what} {name} is also at {first[name].place}")
            first.setdefault(name, entry)


def _unfounded(parts: Parts) -> Iterator[Fault]:
    """What rests on a provision that is not there, or stands in a source that it does not name."""
    sources = {source.key for source, _ in parts.sources}
    provisions = {provision.id for provision, _ in parts.provisions}
    for provision, entry in parts.provisions:
        if provision.source not in sources:
            yield Fault(entry.place_of(("id",)), f"{provision.id} names no source that is here")
    resting: list[tuple[str, Entry, tuple[str | int, ...]]] = [
        *((one.provision, entry, ("provision",)) for one, entry in parts.code_sets),
        *((one.provision, entry, ("provision",)) for one, entry in parts.rules),
        *((one.provision, entry, ("provision",)) for one, entry in parts.accompanying),
    ]
    for rule, entry in parts.rules:
        for number, permit in enumerate(getattr(rule, "permits", ())):
            cited = [permit.provision, *([permit.refused_by] if permit.refused_by else [])]
            resting += [(point, entry, ("permits", number)) for point in cited]
    for point, entry, path in resting:
        if point not in provisions:
            yield Fault(entry.place_of(path), f"provision {point} does not exist")


def _selections(parts: Parts) -> Iterator[tuple[Codes, Entry, str]]:
    """Every choice of codes in rules and accompanying kinds, with the part it stands in."""
    for one, entry in [*parts.rules, *parts.accompanying]:
        for name in ("services", "others", "earlier", "goes_with"):
            if hasattr(one, name):
                yield from _nested(getattr(one, name), entry, name)
        for permit in getattr(one, "permits", ()):
            yield from _nested(permit.services, entry, "permits")


def _nested(codes: Codes, entry: Entry, part: str) -> Iterator[tuple[Codes, Entry, str]]:
    yield codes, entry, part
    if codes.excepted is not None:
        yield from _nested(codes.excepted, entry, part)


def _unknown_codes(parts: Parts, sets: Sets, codes: set[str]) -> Iterator[Fault]:
    for selection, entry, part in _selections(parts):
        for name in selection.sets or ():
            if name not in sets:
                yield Fault(entry.place_of((part,)), f"code set {name!r} does not exist")
        for text in selection.codes or ():
            wrong: list[Fault] = []
            for code in _split(text, entry, (part,), wrong):
                if code not in codes:
                    yield Fault(entry.place_of((part,)), f"code {code} is not in the nomenclature")
            yield from wrong
    for code_set, entry in parts.code_sets:
        for code in sorted(sets[code_set.set] - codes):
            yield Fault(entry.place, f"code {code} of {code_set.set} is not in the nomenclature")


def _unknown_reasons(parts: Parts) -> Iterator[Fault]:
    reasons = {reason.id for reason, _ in parts.reasons}
    for rule, entry in parts.rules:
        for name in ("reason", "reason_unchecked", "reason_warn"):
            reason = getattr(rule, name, None)
            if reason is not None and reason not in reasons:
                yield Fault(entry.place_of((name,)), f"reason {reason} does not exist")


def _backwards(parts: Parts) -> Iterator[Fault]:
    dated: Iterable[tuple[Dated, Entry]] = [*parts.sources, *parts.provisions, *parts.rules]
    for one, entry in dated:
        if one.first is not None and one.last is not None and one.last < one.first:
            yield Fault(entry.place_of(("to",)), f"ends {one.last}, before it begins {one.first}")


def _grouped_rules(parts: Parts) -> dict[str, list[tuple[Any, Entry]]]:
    grouped: dict[str, list[tuple[Any, Entry]]] = defaultdict(list)
    for rule, entry in parts.rules:
        grouped[rule.rule].append((rule, entry))
    return grouped


def _answered_twice(parts: Parts) -> Iterator[Fault]:
    """Two entries that answer for one day."""
    for name, rules in _grouped_rules(parts).items():
        places = {id(rule): entry.place for rule, entry in rules}
        for one, other in known.conflicts([rule for rule, _ in rules], lambda rule: rule.entry):
            yield Fault(
                places[id(other)],
                f"rule {name} ({other.provision}, {other.days}) answers for days for which "
                f"{places[id(one)]} ({one.provision}, {one.days}) answers too; correct the dates, "
                "or let the one known later name the other under `supersedes`",
            )
    for provision, entry in parts.provisions:
        for name in sorted({value.name for value in provision.values}):
            values = [value for value in provision.values if value.name == name]
            for first, second in known.conflicts(
                values, lambda value: f"{value.name}@{value.first}"
            ):
                yield Fault(
                    entry.place_of(("values",)),
                    f"{name} of {provision.id} is {first.value} on {first.days} "
                    f"and {second.value} on {second.days}: two answers for one day",
                )


def _superseding_nothing(parts: Parts) -> Iterator[Fault]:
    for rules in _grouped_rules(parts).values():
        entries = {rule.entry for rule, _ in rules}
        for rule, entry in rules:
            if rule.supersedes is not None and rule.supersedes not in entries - {rule.entry}:
                says = f"supersedes {rule.supersedes}, which is no other entry of {rule.rule}"
                yield Fault(entry.place_of(("supersedes",)), says)


def holes(parts: Parts) -> list[str]:
    """Days between two entries of one rule for which neither answers: reported, no fault."""
    return [
        f"{name}: nothing answers between {one.last} and {other.first}"
        for name, rules in _grouped_rules(parts).items()
        for one, other in known.holes([rule for rule, _ in rules])
    ]


def _waiting_for_each_other(parts: Parts, nomenclature: Nomenclature) -> list[Fault]:
    """Accompanying services that are each decided after the other."""
    try:
        levels([one for one, _ in parts.accompanying], nomenclature)
    except CycleError as error:
        names = list(dict.fromkeys(error.args[1]))
        places = {one.accompanying: entry.place for one, entry in parts.accompanying}
        says = f"{' and '.join(names)} wait for each other ({places[names[-1]]})"
        return [Fault(places[names[0]], says)]
    return []


def levels(accompanying: Iterable[Accompanying], nomenclature: Nomenclature) -> dict[str, int]:
    """How many rounds of other services each accompanying code comes after; 0 is left out.

    Raises graphlib.CycleError where kinds wait for each other.
    """
    ones = list(accompanying)
    codes = {one.accompanying: nomenclature.meant_by(one.services) for one in ones}
    waits = {
        one.accompanying: {
            other
            for other, theirs in codes.items()
            if theirs & nomenclature.meant_by(one.goes_with)
        }
        for one in ones
    }
    level: dict[str, int] = {}
    for name in TopologicalSorter(waits).static_order():
        level[name] = 1 + max((level[other] for other in waits[name]), default=0)
    return {code: level[name] for name in sorted(codes) for code in codes[name]}
