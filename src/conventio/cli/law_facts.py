"""What is shown of the law, as plain data: the same for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from conventio.law import Law, known
from conventio.law.days import UNSTATED
from conventio.law.model import Dated, Gap, Model, Provision
from conventio.law.nomenclature import Code
from conventio.law.openings import openings
from conventio.law.rules import AnyRule, Codes, Rule

Facts = dict[str, Any]

_OF_EVERY_RULE = frozenset(Rule.model_fields) | {"kind"}


def provisions(law: Law, source: str | None = None) -> list[Facts]:
    """Every provision in short, or those of one source."""
    return [
        _in_short(law, provision)
        for provision in law.provisions.values()
        if source in (None, provision.source)
    ]


def provision(law: Law, one: Provision) -> Facts:
    """Everything of one provision."""
    return {
        **_in_short(law, one),
        "known": _bound(one.known),
        "title": law.sources[one.source].title,
        "says": one.says,
        "replaced_by": [rule.entry for rule in law.rules_of(one.id) if rule.speaks_for_itself]
        + [value.entry for value in one.values if value.supersedes],
        "carried_out_by": one.carried_out_by,
        "values": [
            {
                "name": value.name,
                "value": value.value,
                "unit": value.unit,
                **_dates(value),
                "known": _bound(value.known),
                "source": value.source or one.source,
            }
            for value in known.prevailing(one.values, lambda value: value.entry)
        ],
        "rules": [_rule(law, rule) for rule in law.rules_of(one.id)],
        "code_sets": [
            {"set": codes.set, "point": codes.point, "codes": list(codes.codes)}
            for codes in law.code_sets.values()
            if codes.provision == one.id
        ],
        "gaps": [_gap(gap) for gap in one.gaps],
        "openings": [asdict(opening) for opening in openings(law, one.id)],
    }


def gaps(law: Law, owner: str | None = None) -> list[Facts]:
    """Every gap, or those of one source or provision."""
    return [
        {"provision": one.id, "point": one.point, "subject": one.subject, **_gap(gap)}
        for one, gap in law.gaps
        if owner in (None, one.source, one.id)
    ]


def reasons(law: Law) -> list[Facts]:
    """The catalogue of reasons."""
    return [reason.model_dump() for reason in law.reasons.values()]


def code(law: Law, one: Code) -> Facts:
    """What is known of a code, each property with its basis, and the rules that concern it."""
    named = {name: getattr(one, name) for name in Code.__dataclass_fields__ if name != "basis"}
    return {
        "code": one.code,
        "pair_code": one.pair_code,
        "properties": [
            {"property": name, "value": value, "basis": one.basis.get(name)}
            for name, value in named.items()
            if name not in ("code", "pair_code") and value is not None
        ],
        "unknown": [
            name
            for name, value in named.items()
            if name not in ("code", "pair_code") and value is None
        ],
        "code_sets": [
            {"set": codes.set, "provision": codes.provision}
            for codes in law.code_sets.values()
            if any(one.code in pair.split("-") for pair in codes.codes)
        ],
        "rules": [
            {"rule": rule.rule, "provision": rule.provision, "role": role, **_dates(rule)}
            for rule in law.entries
            for role in _roles(law, rule, one)
        ],
    }


def _roles(law: Law, rule: AnyRule, one: Code) -> Iterator[str]:
    """How a rule concerns a code: through which of its parts."""
    if one.code in law.nomenclature.meant_by(rule.services):
        yield "services"
    for name in type(rule).model_fields:
        part = getattr(rule, name)
        if name != "services" and isinstance(part, Codes):
            if one.code in law.nomenclature.meant_by(part):
                yield name
        elif name == "permits":
            for permit in part:
                if one.code in law.nomenclature.meant_by(permit.services):
                    yield f"permitted: {', '.join(permit.titles)}"


def _in_short(law: Law, one: Provision) -> Facts:
    rules = sorted({rule.rule for rule in law.rules_of(one.id)})
    return {
        "id": one.id,
        "source": one.source,
        "point": one.point,
        "kind": one.kind,
        "subject": one.subject,
        **_dates(one),
        "executable": _executable(law, one),
        "rules": rules,
        "mechanism": one.mechanism,
        "awaits": [opening.wants for opening in openings(law, one.id)],
        "gaps": len(one.gaps),
    }


def _executable(law: Law, one: Provision) -> str:
    """`yes`, `gap` where its rules lack what no source prints, or `not yet`."""
    rules = law.rules_of(one.id)
    whole = [rule for rule in rules if rule.kind != "unsettled" and not law.awaited(rule)]
    if one.carried_out_by or one.mechanism or whole:
        return "yes"
    return "gap" if rules else "not yet"


def _rule(law: Law, rule: AnyRule) -> Facts:
    return {
        "rule": rule.rule,
        "kind": rule.kind,
        "source": rule.source,
        **_dates(rule),
        "services": _codes(law, rule.services),
        "parameters": {
            name: _parameter(law, getattr(rule, name))
            for name in type(rule).model_fields
            if name not in _OF_EVERY_RULE and getattr(rule, name) is not None
        },
        "reason": rule.reason,
        "reason_unchecked": rule.reason_unchecked,
    }


def _parameter(law: Law, value: Any) -> Any:
    if isinstance(value, Codes):
        return _codes(law, value)
    if isinstance(value, tuple):
        return [_parameter(law, one) for one in value]
    if isinstance(value, Model):
        return {
            name: _parameter(law, getattr(value, name))
            for name in type(value).model_fields
            if getattr(value, name) is not None
        }
    return value


def _codes(law: Law, codes: Codes) -> Facts:
    """Which codes are meant, and how many of the known codes they are."""
    meant: Facts = codes.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {**meant, "known_codes": len(law.nomenclature.meant_by(codes))}


def _gap(gap: Gap) -> Facts:
    return {"open": gap.open, "treatment": gap.treatment, "other": gap.other}


def _dates(dated: Dated) -> Facts:
    return {"from": _bound(dated.first), "to": _bound(dated.last)}


def _bound(day: date | None) -> str:
    return UNSTATED if day is None else day.isoformat()
