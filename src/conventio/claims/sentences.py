"""What each entry says in each of its cases: severity, reason and sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from conventio.claims.entries import Entry
from conventio.claims.kinds import GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.kinds.shape import Severity
from conventio.law import Law
from conventio.law.rules import AnyRule, OnlyByTitle
from conventio.wording.catalogue import Catalogue


def cases(entries: Iterable[Entry], law: Law) -> Iterator[dict[str, Any]]:
    """What each entry says in each case, with everything filled in that the rule itself gives."""
    catalogue = Catalogue.read("en", "findings")
    for entry in entries:
        rule = entry.rule
        facts = _facts(rule, law, catalogue)
        for case, severity in severities(rule.kind).items():
            template = catalogue.sentence(case if case in COMMON else f"{rule.kind}.{case}")
            for name, value in facts.items():
                template = template.replace("{" + name + "}", value)
            system, code = _reason(rule, severity).split("/", 1)
            yield {
                "entry": entry.number,
                "case": case,
                "rule": rule.rule,
                "provision": rule.provision,
                "severity": severity,
                "reason_system": system,
                "reason_code": code,
                "template": template,
            }


COMMON = frozenset({"undated", "unchecked"})
"""The cases whose sentence is the same for all kinds."""


def severities(kind: str) -> dict[str, Severity]:
    """The cases of a kind, each with its severity."""
    if kind in ROW_KINDS:
        return {"undated": "unchecked", **ROW_KINDS[kind].severities}
    if kind in GROUP_KINDS:
        return dict(GROUP_KINDS[kind].severities)
    return dict(JOIN_KINDS[kind].SEVERITIES)


def _facts(rule: AnyRule, law: Law, catalogue: Catalogue) -> dict[str, str]:
    given = {name: str(value) for name, value in rule.model_dump().items() if value is not None}
    per = getattr(rule, "per", ()) or ("patient",)
    keys = [catalogue.sentence(f"key.{key}") for key in per]
    subject = rule.subject or law.provisions[rule.provision].subject
    return {
        **{name: given.get(name, "") for name in ("limit", "from_birthday", "to_birthday")},
        "value": given.get("value", "").lower(),
        "values": ", ".join(getattr(rule, "values", ())),
        "teeth": ", ".join(getattr(rule, "teeth", ())),
        "per": catalogue.sentence("both").join(keys),
        "subject": subject[:1].upper() + subject[1:],
    }


def _reason(rule: AnyRule, severity: Severity) -> str:
    if severity == "unchecked":
        return rule.reason_unchecked
    if severity == "warn" and isinstance(rule, OnlyByTitle):
        return rule.reason_warn
    return rule.reason
