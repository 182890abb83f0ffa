"""Every way the law's data can be wrong, each with a check of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from conventio.law import known
from conventio.law.documents import Entry, Fault, Path, described
from conventio.law.model import CodeSet, Coverage, Dated, Statement, Value
from conventio.law.nomenclature import Code, CodeFault, Nomenclature, split_pair
from conventio.law.parts import Parts
from conventio.law.rules import Accompanying, AnyRule, Codes

Sets = Mapping[str, frozenset[str]]


def faults(parts: Parts) -> tuple[Sets, list[Code]]:
    """Add what is wrong to the parts' faults; answer the code sets and the codes.

    Where a file has entries that could not be read, nothing that rests on it is called missing.
    """
    unread = {PurePosixPath(fault.place.file).name for fault in parts.faults}
    if "code-sets.yaml" not in unread:
        parts.faults += _superseding_no_set(parts)
    _drop_superseded_sets(parts)
    sets = _sets(parts)
    codes = _codes(parts, sets)
    parts.faults += [
        *_twice(parts),
        *_misplaced(parts),
        *_backwards(parts),
        *_answered_twice(parts),
    ]
    if "provisions.yaml" not in unread:
        parts.faults += [*_unfounded(parts), *_known_too_early(parts)]
    if "code-sets.yaml" not in unread:
        parts.faults += _unknown_sets(parts, sets)
    if not unread & {"statements.yaml", "code-sets.yaml"}:
        parts.faults += _unknown_codes(parts, {code.code for code in codes})
    if "reasons.csv" not in unread:
        parts.faults += _unknown_reasons(parts)
    if not unread & {"provisions.yaml", "values.yaml", "rules.yaml"}:
        parts.faults += _superseding_nothing(parts)
    if "statements.yaml" not in unread:
        parts.faults += _superseding_no_statement(parts)
    if "titles.csv" not in unread:
        parts.faults += _titles_of_nobody(parts)
    parts.faults += _covered_with_a_hole(parts)
    parts.faults += _waiting_for_each_other(parts, Nomenclature(codes, sets))
    return sets, codes


def _titles_of_nobody(parts: Parts) -> Iterator[Fault]:
    """A rule on professions asks whose each title is."""
    known_titles = {title.title for title, _ in parts.titles}
    for rule, entry in parts.rules:
        for number, permit in enumerate(getattr(rule, "permits", ())):
            for place, title in enumerate(permit.titles):
                if rule.kind == "only-by-profession" and title not in known_titles:
                    says = f"nobody says whose title {title} is; add it to titles.csv"
                    yield Fault(entry.place_of(("permits", number, "titles", place)), says)


def _covered_with_a_hole(parts: Parts) -> Iterator[Fault]:
    """An article is covered from one day to another, without days between that nobody covers."""
    of_article: dict[str, list[tuple[Coverage, Entry]]] = defaultdict(list)
    for one, entry in parts.coverage:
        for article in one.articles:
            of_article[article].append((one, entry))
    for article, ones in of_article.items():
        ordered = sorted(ones, key=lambda pair: pair[0].days.start)
        for (one, _), (other, entry) in pairwise(ordered):
            if known.holes([one, other]):
                says = f"article {article} is not covered between {one.last} and {other.first}"
                yield Fault(entry.place, f"{says}; let the entries follow each other")


def _superseding_no_set(parts: Parts) -> Iterator[Fault]:
    """A set takes the place of one of its name that was read before it."""
    before: set[str] = set()
    for code_set, entry in parts.code_sets:
        if code_set.supersedes is not None and code_set.supersedes not in before:
            says = f"supersedes {code_set.set}, which is no set of the law that it is added to"
            near = get_close_matches(code_set.set, before, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove `supersedes`"
            yield Fault(entry.place_of(("supersedes",)), f"{says}; {hint}")
        before.add(code_set.set)


def _drop_superseded_sets(parts: Parts) -> None:
    """Of the sets of one name, leave those before which none supersedes the rest."""
    left: list[tuple[CodeSet, Entry]] = []
    for code_set, entry in parts.code_sets:
        if code_set.supersedes is not None:
            left = [one for one in left if one[0].set != code_set.set]
        left.append((code_set, entry))
    parts.code_sets = left


def _sets(parts: Parts) -> Sets:
    """The codes of each set, with both codes of a pair."""
    sets: dict[str, frozenset[str]] = {}
    for code_set, entry in parts.code_sets:
        codes: set[str] = set()
        for position, text in enumerate(code_set.codes):
            codes.update(_split(text, entry, ("codes", position), parts.faults))
        sets[code_set.set] = frozenset(codes)
    return sets


def _split(text: str, entry: Entry, path: Path, faults: list[Fault]) -> tuple[str, ...]:
    try:
        return tuple(code for code in split_pair(text) if code is not None)
    except CodeFault as error:
        faults.append(Fault(entry.place_of(path), f"{error}; correct it by the source"))
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
        for pair in pairs:
            for code in pair:
                says = statement.says.stated()
                other = [one for one in pair if one != code]
                if other:
                    says["pair_code"] = other[0]
                parts.faults += _say(said[code], code, says, statement, entry)
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
    statement: Statement,
    entry: Entry,
) -> Iterator[Fault]:
    """Add what a statement says of a code to what is known of it."""
    for name, value in says.items():
        before, other, first = known_of.setdefault(name, (value, statement.basis, entry))
        if before != value and statement.supersedes == other:
            known_of[name] = (value, statement.basis, entry)
        elif before != value:
            text = (
                f"{name} of {code} is {described(value)} by {statement.basis}, but "
                f"{described(before)} by {other} ({first.place}); correct or remove one"
            )
            yield Fault(entry.place_of(("says", name)), text)


def _superseding_no_statement(parts: Parts) -> Iterator[Fault]:
    """A statement replaces those of a basis that was read before it."""
    before: set[str] = set()
    for statement, entry in parts.statements:
        if statement.supersedes is not None and statement.supersedes not in before:
            says = f"supersedes {statement.supersedes}, which is the basis of no statement before"
            yield Fault(entry.place_of(("supersedes",)), f"{says}; write the basis as it stands")
        before.add(statement.basis)


def _twice(parts: Parts) -> Iterator[Fault]:
    named: list[tuple[str, list[tuple[str, Entry]]]] = [
        ("provision", [(one.id, entry) for one, entry in parts.provisions]),
        ("source", [(one.key, entry) for one, entry in parts.sources]),
        ("code set", [(one.set, entry) for one, entry in parts.code_sets]),
        ("reason", [(one.id, entry) for one, entry in parts.reasons]),
        ("digit", [(one.digit, entry) for one, entry in parts.professions]),
        ("coverage", [(one.coverage, entry) for one, entry in parts.coverage]),
        ("accompanying kind", [(one.accompanying, entry) for one, entry in parts.accompanying]),
    ]
    for what, entries in named:
        first: dict[str, Entry] = {}
        for name, entry in entries:
            before = first.setdefault(name, entry)
            if before is not entry:
                says = f"{what} {name} is also at {before.place}; rename or remove one"
                yield Fault(entry.place, says)


def _misplaced(parts: Parts) -> Iterator[Fault]:
    """A folder bears its source's key, and the ids of its provisions begin with it."""
    for source, entry in parts.sources:
        if source.key != _folder(entry):
            says = f"key {source.key} differs from its folder, {_folder(entry)}; rename one"
            yield Fault(entry.place_of(("key",)), says)
    for provision, entry in parts.provisions:
        if provision.source != _folder(entry):
            says = f"id {provision.id} stands in the folder {_folder(entry)}"
            yield Fault(
                entry.place_of(("id",)), f"{says}; write {_folder(entry)}/POINT, or move it"
            )


def _folder(entry: Entry) -> str:
    return PurePosixPath(entry.place.file).parent.name


def _citations(parts: Parts) -> Iterator[tuple[str, Entry, Path]]:
    """Every provision that something rests on."""
    yield from ((one.provision, entry, ("provision",)) for one, entry in parts.coverage)
    for one, entry in [*parts.code_sets, *parts.rules, *parts.accompanying, *parts.values]:
        yield one.provision, entry, ("provision",)
        for part in ("permits", "hours"):
            for number, inner in enumerate(getattr(one, part, ())):
                for name in ("provision", "refused_by"):
                    if getattr(inner, name, None) is not None:
                        yield getattr(inner, name), entry, (part, number, name)
    for statement, entry in parts.statements:
        if "/" in statement.basis and " " not in statement.basis and "://" not in statement.basis:
            yield statement.basis, entry, ("basis",)


def _unfounded(parts: Parts) -> Iterator[Fault]:
    """What rests on a provision that is not there."""
    provisions = {provision.id for provision, _ in parts.provisions}
    for point, entry, path in _citations(parts):
        if point not in provisions:
            says = f"provision {point} does not exist; correct it or add it to provisions.yaml"
            yield Fault(entry.place_of(path), says)


def _known_too_early(parts: Parts) -> Iterator[Fault]:
    """A rule that is known before the provision that it cites could not be reported."""
    provisions = {provision.id: (provision, entry) for provision, entry in parts.provisions}
    for rule, entry in parts.rules:
        cited = {rule.provision} | {permit.provision for permit in getattr(rule, "permits", ())}
        for point in sorted(cited & set(provisions)):
            provision, place = provisions[point]
            if provision.known is not None and (rule.known is None or rule.known < provision.known):
                says = (
                    f"known {rule.known or 'always (unstated)'}, before its provision {point}, "
                    f"known {provision.known} ({place.place}); correct one of them"
                )
                yield Fault(entry.place_of(("known",)), says)


def _selections(parts: Parts) -> Iterator[tuple[Codes, Entry, Path]]:
    """Every choice of codes in rules and accompanying kinds, with where it stands."""
    for one, entry in [*parts.rules, *parts.accompanying]:
        for name, choice in one:
            if isinstance(choice, Codes):
                yield from _nested(choice, entry, (name,))
        for number, permit in enumerate(getattr(one, "permits", ())):
            yield from _nested(permit.services, entry, ("permits", number, "services"))


def _nested(codes: Codes, entry: Entry, path: Path) -> Iterator[tuple[Codes, Entry, Path]]:
    yield codes, entry, path
    for number, excepted in enumerate(codes.excepted):
        yield from _nested(excepted, entry, (*path, "except", number))


def _unknown_sets(parts: Parts, sets: Sets) -> Iterator[Fault]:
    named: list[tuple[str, Entry, Path]] = [
        (name, entry, (*path, "sets", number))
        for selection, entry, path in _selections(parts)
        for number, name in enumerate(selection.sets or ())
    ]
    named += [(one.set, entry, ("set",)) for one, entry in parts.statements if one.set is not None]
    for name, entry, path in named:
        if name not in sets:
            says = f"code set {name} does not exist; correct it or add it to code-sets.yaml"
            yield Fault(entry.place_of(path), says)


def _unknown_codes(parts: Parts, codes: set[str]) -> Iterator[Fault]:
    """Codes that no statement speaks of, and in rules those that can't be."""
    for selection, entry, path in _selections(parts):
        wrong: list[Fault] = []
        for number, text in enumerate(selection.codes or ()):
            at = (*path, "codes", number)
            found = _split(text, entry, at, wrong)
            yield from _unstated(found, codes, entry, at)
        yield from wrong
    for code_set, entry in parts.code_sets:
        for number, text in enumerate(code_set.codes):
            yield from _unstated(_split(text, entry, (), []), codes, entry, ("codes", number))


def _unstated(found: Sequence[str], codes: set[str], entry: Entry, path: Path) -> Iterator[Fault]:
    for code in found:
        if code not in codes:
            says = (
                f"code {code} is not in the nomenclature; correct it or state what is known of it"
            )
            yield Fault(entry.place_of(path), says)


def _unknown_reasons(parts: Parts) -> Iterator[Fault]:
    reasons = {reason.id for reason, _ in parts.reasons}
    for rule, entry in parts.rules:
        for name in ("reason", "reason_unchecked", "reason_undecided", "reason_warn"):
            reason = getattr(rule, name, None)
            if reason is not None and reason not in reasons:
                says = f"{name} {reason} does not exist; correct it or add it to reasons.csv"
                yield Fault(entry.place_of((name,)), says)


def _backwards(parts: Parts) -> Iterator[Fault]:
    dated: list[tuple[Dated, Entry, Path]] = [
        (one, entry, ()) for one, entry in [*parts.sources, *parts.provisions, *parts.rules]
    ]
    dated += [(value, entry, path) for _, value, entry, path in _values(parts)]
    for one, entry, path in dated:
        own = entry.holds((*path, "from")) or entry.holds((*path, "to"))
        if own and one.first is not None and one.last is not None and one.last < one.first:
            says = f"ends {one.last}, before it begins {one.first}; correct `from` or `to`"
            yield Fault(entry.place_of((*path, "to")), says)


def _values(parts: Parts) -> Iterator[tuple[str, Value, Entry, Path]]:
    """Every figure with its provision and where it stands."""
    for provision, entry in parts.provisions:
        for number, value in enumerate(provision.values):
            yield provision.id, value, entry, ("values", number)
    for value, entry in parts.values:
        yield value.provision, value, entry, ()


Versions = list[tuple[Any, Entry, Path]]
"""The entries of one rule, or of one figure, with where each stands."""


def _versions(parts: Parts) -> Iterator[tuple[str, Versions]]:
    """The rules and figures, each with its entries."""
    rules: dict[str, Versions] = defaultdict(list)
    for rule, entry in parts.rules:
        rules[rule.rule].append((rule, entry, ()))
    yield from ((f"rule {name}", versions) for name, versions in rules.items())
    figures: dict[str, Versions] = defaultdict(list)
    for provision, value, entry, path in _values(parts):
        figures[f"{value.name} of {provision}"].append((value, entry, path))
    yield from figures.items()


def _name(version: AnyRule | Value) -> str:
    return version.entry


def _answered_twice(parts: Parts) -> Iterator[Fault]:
    """Two entries that answer for one day, known at the same time."""
    for name, versions in _versions(parts):
        places = {id(one): entry.place_of(path) for one, entry, path in versions}
        for one, other in known.conflicts([version for version, _, _ in versions], _name):
            yield Fault(
                places[id(other)],
                f"{name}: {_described(other)} answers for days for which {_described(one)} "
                f"({places[id(one)]}) answers too; correct the dates, "
                "or let the one known later name the other under `supersedes`",
            )


def _described(version: AnyRule | Value) -> str:
    what = f"value {version.value}" if isinstance(version, Value) else version.provision
    return f"{what} on {version.days}, known {version.known or 'always (unstated)'},"


def _superseding_nothing(parts: Parts) -> Iterator[Fault]:
    for name, versions in _versions(parts):
        for one, entry, path in versions:
            if one.supersedes is not None and not any(
                known.supersedes(one, other, other.entry) for other, _, _ in versions
            ):
                yield Fault(
                    entry.place_of((*path, "supersedes")),
                    _supersedes_nothing(name, one, [other for other, _, _ in versions]),
                )


def _supersedes_nothing(name: str, one: Any, versions: Sequence[Any]) -> str:
    others = [other for other in versions if other is not one]
    if any(other.entry == one.supersedes for other in others):
        return (
            f"{name}: supersedes {one.supersedes}, which was not known earlier; "
            "give each the day since which it is known"
        )
    there = ", ".join(sorted({other.entry for other in others})) or "there is none"
    return f"{name}: supersedes {one.supersedes}, which is no other entry of it; others: {there}"


def holes(parts: Parts) -> list[str]:
    """Days between two entries of a rule or figure for which neither answers: no fault."""
    found = []
    for name, versions in _versions(parts):
        left = known.prevailing([version for version, _, _ in versions], _name)
        found += [
            f"{name}: nothing answers between {one.last} and {other.first}"
            for one, other in known.holes(left)
        ]
    return found


def _waiting_for_each_other(parts: Parts, nomenclature: Nomenclature) -> list[Fault]:
    """Accompanying services that are each decided after the other."""
    try:
        levels([one for one, _ in parts.accompanying], nomenclature)
    except CycleError as error:
        places = {one.accompanying: entry.place for one, entry in parts.accompanying}
        circle = sorted(set(error.args[1]))
        first = circle[0]
        if len(circle) == 1:
            says = f"accompanying kind {first} waits for itself; except its own `services`"
            return [Fault(places[first], f"{says} from `goes_with`")]
        others = ", ".join(f"{name} ({places[name]})" for name in circle[1:])
        says = f"accompanying kind {first} waits in a circle for {others}; let one not wait"
        return [Fault(places[first], says)]
    return []


def levels(accompanying: Iterable[Accompanying], nomenclature: Nomenclature) -> dict[str, int]:
    """How many rounds of other services each accompanying code comes after; 0 is left out.

    Raises graphlib.CycleError where kinds wait for each other.
    """
    ones = sorted(accompanying, key=lambda one: one.accompanying)
    codes = {one.accompanying: nomenclature.meant_by(one.services) for one in ones}
    waits = {
        one.accompanying: [
            other
            for other, theirs in codes.items()
            if theirs & nomenclature.meant_by(one.goes_with)
        ]
        for one in ones
    }
    level: dict[str, int] = {}
    for name in TopologicalSorter(waits).static_order():
        level[name] = 1 + max((level[other] for other in waits[name]), default=0)
    of_codes: dict[str, int] = {}
    for name, theirs in codes.items():
        for code in sorted(theirs):
            of_codes[code] = max(level[name], of_codes.get(code, 0))
    return of_codes
