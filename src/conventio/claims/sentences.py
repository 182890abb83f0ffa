"""What each entry says in each of its cases: severity, reason and sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from conventio.claims.entries import Entry
from conventio.claims.kinds import BESIDE_KINDS, GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.kinds.shape import CASE_NAMES, CaseName, Severity
from conventio.law import Law
from conventio.law.rules import AnyRule, FactAmong, FactIs, OnlyByTitle, PrescriptionFits
from conventio.wording.manner import Manner

FINDINGS_WITH_FACTS = (
    "SELECT f.*, s.code, s.tooth, s.performed_on AS day, "
    "e.code AS evidence_code, e.performed_on AS evidence_day "
    "FROM findings f JOIN services s ON s.row = f.row "
    "LEFT JOIN services e ON e.service_id = f.evidence_service_id"
)
"""The query for the findings with every fact that their sentences tell."""


def cases(entries: Iterable[Entry], law: Law) -> Iterator[dict[str, Any]]:
    """What each entry says in each case, with everything filled in that the rule itself gives."""
    as_in_tables = Manner()
    about: dict[tuple[str, ...], int] = {}
    for entry in entries:
        rule = entry.rule
        for case, severity in severities(rule.kind).items():
            system, code = _reason(rule, case, severity).split("/", 1)
            told = (rule.rule, severity, system, code)
            open_sentence = _open(rule, case, law, as_in_tables)
            yield {
                "entry": entry.number,
                "case_place": CASE_NAMES.index(case),
                "case": case,
                "rule": rule.rule,
                "provision": rule.provision,
                "severity": severity,
                "reason_system": system,
                "reason_code": code,
                "about": about.setdefault(told, len(about)),
                "template": open_sentence,
                "tells_service": any(f"{{{fact}}}" in open_sentence for fact in OF_SERVICE),
                "tells_evidence": "{evidence" in open_sentence,
            }


_DOUBT: Mapping[CaseName, Severity] = {"doubtful": "unchecked"}
"""What any rule may say of a code of which too little is known."""

OF_SERVICE = ("code", "tooth", "date")
"""What a sentence may tell of the service itself."""

COMMON = frozenset({"undated", "doubtful", "unchecked"})
"""The cases whose sentence is the same for all kinds."""

NAMES = "names-"
"""How the cases begin of which the detail is the name of a service, as it is given."""

NAMES_FACTS = frozenset({"needs-fact", "fact-is", "fact-absent"})
"""The kinds of which the detail is the names of facts."""

NAMES_IDS = frozenset({"one-attestation", "ids-alike"})
"""The kinds of which the detail is ids, told as they are."""

GIVES_FACT = frozenset({"fact-among", "tooth-among"})
"""The kinds of which the detail is a fact with its value."""


GIVES_DAY = frozenset({"code-in-force", "not-before-birth", "not-after-check"})
"""The kinds of which the detail is a day."""


def severities(kind: str) -> dict[CaseName, Severity]:
    """The cases of a kind, each with its severity."""
    if kind in ROW_KINDS:
        return {"undated": "unchecked", **_DOUBT, **ROW_KINDS[kind].severities}
    if kind in GROUP_KINDS:
        return {**_DOUBT, **GROUP_KINDS[kind].severities}
    return {**_DOUBT, **{**BESIDE_KINDS, **JOIN_KINDS}[kind].SEVERITIES}


def key(kind: str, case: str) -> str:
    """Under which key the sentence of a case is kept."""
    return case if case in COMMON else f"{kind}.{case}"


ESCAPED = "{."
"""What stands for a brace of a fact while placeholders are still to be filled: none begins so."""


def _open(rule: AnyRule, case: str, law: Law, manner: Manner) -> str:
    """The sentence of a case with the facts of the rule; those of the service are left open."""
    facts = _of_rule(rule, law, manner)
    escaped = {name: value.replace("{", ESCAPED) for name, value in facts.items()}
    return _filled(_template(rule, case, manner), escaped)


def _template(rule: AnyRule, case: str, manner: Manner) -> str:
    """The sentence of a case: its own for a fact that must be so, where there is one."""
    name = key(rule.kind, case)
    if isinstance(rule, FactIs) and case not in COMMON:
        own = manner.sentences.get(f"{name}.{rule.fact}-{_written(rule.value)}")
        if own is not None:
            return own
    return manner.sentences.sentence(name)


def sentence(finding: Mapping[str, Any], law: Law, manner: Manner) -> str:
    """The sentence of a row of `FINDINGS_WITH_FACTS`, in the manner asked."""
    rule = law.entries[finding["entry"]]
    written = {
        "code": finding["code"],
        "tooth": finding["tooth"],
        "date": _day(finding["day"], manner),
        "detail": _detail(rule.kind, finding["case"], finding["detail"] or "", manner),
        "evidence": finding["evidence_service_id"],
        "evidence_code": finding["evidence_code"],
        "evidence_date": _day(finding["evidence_day"], manner),
    }
    facts = {name: value or "" for name, value in written.items()}
    facts |= _of_rule(rule, law, manner)
    return _filled(_template(rule, finding["case"], manner), facts)


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders filled in one pass: what is filled in is looked at no more."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _day(day: date | None, manner: Manner) -> str:
    return "" if day is None else manner.day(day)


def _detail(kind: str, case: str, detail: str, manner: Manner) -> str:
    if case.startswith(NAMES):
        return detail
    if case in COMMON or kind in NAMES_FACTS:
        return ", ".join(manner.fact(name) for name in detail.split(", "))
    if kind in NAMES_IDS:
        return detail
    if kind in GIVES_FACT:
        name, _, value = detail.partition(" ")
        return manner.fact_with(name, value)
    if kind in GIVES_DAY:
        return manner.day(date.fromisoformat(detail))
    if kind == "prescription-fits" and case == "differ":
        days = (manner.day(date.fromisoformat(one)) for one in detail.split(" / "))
        return " / ".join(days)
    return manner.value(detail)


def _of_rule(rule: AnyRule, law: Law, manner: Manner) -> dict[str, str]:
    given = {name: str(value) for name, value in rule.model_dump().items() if value is not None}
    subject = manner.subject(rule, law)
    other = _written(not rule.value) if isinstance(rule, FactIs) else ""
    return {
        **{name: given.get(name, "") for name in ("limit", "from_birthday", "to_birthday")},
        "value": manner.value(given.get("value", "").lower()),
        "values": ", ".join(map(manner.value, getattr(rule, "values", ()))),
        "teeth": ", ".join(map(manner.value, getattr(rule, "teeth", ()))),
        "given": manner.value(other),
        **{name: _keys(rule, how, manner) for name, how in KEYS_SAID.items()},
        "subject": subject[:1].upper() + subject[1:],
    }


KEYS_SAID = {"per": "key", "this": "this", "same": "same"}
"""How what a rule counts per is told: by itself, as this one, and as one and the same."""


def _keys(rule: AnyRule, how: str, manner: Manner) -> str:
    """What a rule counts per, as a sentence tells it."""
    per = getattr(rule, "per", ()) or ("patient",)
    said = [manner.sentences.sentence(f"{how}.{one}") for one in per]
    return manner.sentences.sentence("both").join(said)


def _written(value: bool) -> str:
    """A value of a fact as the tables have it."""
    return str(value).lower()


def _reason(rule: AnyRule, case: CaseName, severity: Severity) -> str:
    if case == "undecided" and isinstance(rule, FactAmong):
        return rule.reason_undecided
    if severity == "unchecked" and not (case == "differ" and isinstance(rule, PrescriptionFits)):
        return rule.reason_unchecked
    if severity == "warn" and isinstance(rule, OnlyByTitle):
        return rule.reason_warn
    return rule.reason
