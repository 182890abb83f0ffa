"""The explanation of a decision as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from conventio.claims.explain import Explanation, Finding, Rival, Step
from conventio.wording.catalogue import Catalogue

Tone = Literal["head", "refuse", "unchecked", "warn", "fits", "plain"]
FACTS = ("tooth", "surfaces", "count", "session_id", "direct_method", "provisional")
SHOWN = ("article", "section", "kind", "tooth", "faces")


@dataclass(frozen=True)
class Line:
    """One line: its text, how far it is set in, and what it is."""

    text: str
    depth: int = 0
    tone: Tone = "plain"


def lines(explanation: Explanation, language: str = "en") -> list[Line]:
    """The whole explanation, in the order in which a reader wants it."""
    words = Catalogue.read(language, "explanation")
    return [
        *_service(explanation, words),
        Line(words.say("rules"), tone="head"),
        *(line for step in explanation.steps for line in _step(step, explanation, words)),
        *_not_asked(explanation, words),
        *_amounts(explanation, words),
    ]


def _service(explanation: Explanation, words: Catalogue) -> Iterator[Line]:
    service, outcome = explanation.service, explanation.decision["outcome"]
    yield Line(words.say("head", service=service["service_id"], outcome=outcome), tone="head")
    facts = [f"{name} {_fact(service[name])}" for name in FACTS if name in service]
    yield Line(
        words.say(
            "what",
            code=service["code"],
            known=_known(explanation, words),
            patient=service["patient_id"],
            practitioner=service["practitioner"],
            when=_when(service.get("performed_at"), words),
            facts="".join(f", {fact}" for fact in facts),
        ),
        1,
    )
    place = {"place": explanation.place, "of": explanation.of, "law": explanation.law.version}
    yield Line(words.say("place", **place), 1)


def _known(explanation: Explanation, words: Catalogue) -> str:
    code = explanation.code
    if code is None:
        return words.say("unknown-code")
    properties = [f"{name} {value}" for name in SHOWN if (value := getattr(code, name)) is not None]
    if not properties:
        return words.say("known-nothing")
    return words.say("known-code", properties=", ".join(properties))


def _step(step: Step, explanation: Explanation, words: Catalogue) -> Iterator[Line]:
    if step.severity is None:
        rule, provision = step.rule.rule, step.rule.provision
        yield Line(words.say("fits", rule=rule, provision=provision), 1, "fits")
        yield from _rivals(step, words)
        return
    cited = dict.fromkeys(
        (finding.severity, finding.rule, finding.provision, finding.reason)
        for finding in step.findings
    )
    for severity, rule, provision, reason in cited:
        tone: Any = severity
        yield Line(words.say(severity, rule=rule, provision=provision, reason=reason), 1, tone)
        for finding in step.findings:
            if (finding.severity, finding.provision) == (severity, provision):
                yield Line(finding.message, 2)
        says = explanation.law.provisions[provision].says.strip()
        yield Line(words.say("law-says", says=" ".join(says.split())), 2)
    yield from _rivals(step, words)


def _rivals(step: Step, words: Catalogue) -> Iterator[Line]:
    if not step.rivals:
        return
    yield Line(words.say("rivals"), 2)
    for rival in step.rivals:
        yield Line(_rival(rival, words), 3)


def _rival(rival: Rival, words: Catalogue) -> str:
    facts = {
        "service": rival.service_id,
        "code": rival.code,
        "when": _when(rival.performed_on, words),
        "history": words.say("history") if rival.history else "",
    }
    if rival.stands:
        return words.say("counts", **facts)
    reasons = dict.fromkeys(_because(finding, words) for finding in rival.refused_by)
    why = words.say("because", rules="; ".join(reasons)) if reasons else ""
    return words.say("no-count", **facts, why=why)


def _because(finding: Finding, words: Catalogue) -> str:
    facts = {"rule": finding.rule, "provision": finding.provision}
    if finding.evidence is None:
        return words.say("because-one", **facts)
    return words.say("because-of", **facts, evidence=finding.evidence)


def _not_asked(explanation: Explanation, words: Catalogue) -> Iterator[Line]:
    if not explanation.not_asked:
        return
    yield Line(words.say("not-asked"), tone="head")
    for one in explanation.not_asked:
        facts = {"rule": one.rule, "provision": one.provision, "missing": ", ".join(one.missing)}
        yield Line(words.say("not-asked-one", **facts), 1)


def _amounts(explanation: Explanation, words: Catalogue) -> Iterator[Line]:
    yield Line(words.say("amounts"), tone="head")
    names = [
        key.removeprefix("amount.") for key in sorted(words.keys()) if key.startswith("amount.")
    ]
    order = list(explanation.decision)
    known = [
        words.say(f"amount.{name}", amount=f"{Decimal(explanation.decision[name]):.2f} EUR")
        for name in sorted(names, key=order.index)
        if explanation.decision[name] is not None
    ]
    yield Line(", ".join(known) if known else words.say("no-amounts"), 1)


def _when(moment: Any, words: Catalogue) -> str:
    return words.say("undated") if moment is None else str(moment).removesuffix(" 00:00:00")


def _fact(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
