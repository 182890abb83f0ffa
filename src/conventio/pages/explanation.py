"""The explanation of a decision as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from conventio.claims.explain import Explanation, Finding, Rival, Step
from conventio.claims.sentences import sentence
from conventio.law.rules import AnyRule
from conventio.pages.law_in_words import label_in
from conventio.pages.own_law import own_figures, own_words
from conventio.wording import amounts
from conventio.wording.catalogue import Catalogue
from conventio.wording.manner import ForPeople

Tone = Literal["head", "refuse", "unchecked", "warn", "fits", "plain"]
FACTS = ("tooth", "surfaces", "count", "session_id", "direct_method", "provisional")
SHOWN = ("article", "section", "kind", "tooth", "faces")


@dataclass(frozen=True)
class Line:
    """One line: its text, how far it is set in, and what it is."""

    text: str
    depth: int = 0
    tone: Tone = "plain"


class _Words:
    """The sentences of an explanation, and how its facts are written."""

    def __init__(self, language: str) -> None:
        self.manner = ForPeople(language)
        self._catalogue = Catalogue.read(language, "explanation")
        self.say = self._catalogue.say
        self.keys = self._catalogue.keys


def lines(explanation: Explanation, language: str = "en") -> list[Line]:
    """The whole explanation, in the order in which a reader wants it."""
    words = _Words(language)
    return [
        *_service(explanation, words),
        Line(words.say("rules"), tone="head"),
        Line(words.say("rules-number", rules=explanation.decision["rules_asked"]), 1),
        *(line for step in explanation.steps for line in _step(step, explanation, words)),
        *_not_asked(explanation, words),
        *_amounts(explanation, words),
    ]


def _service(explanation: Explanation, words: _Words) -> Iterator[Line]:
    service, outcome = explanation.service, explanation.decision["outcome"]
    said = {"service": service["service_id"], "outcome": words.say(f"outcome.{outcome}")}
    yield Line(words.say("head", **said), tone="head")
    facts = [_fact(name, service[name], words) for name in FACTS if name in service]
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
    if (label := label_in(explanation.code, words.manner.language)) is not None:
        text, language = label
        key = "label" if language == words.manner.language else f"label-{language}"
        yield Line(words.say(key, label=text), 1)
    place = {"place": explanation.place, "of": explanation.of, "law": explanation.law.version}
    yield Line(words.say("place", **place), 1)


def _known(explanation: Explanation, words: _Words) -> str:
    code = explanation.code
    if code is None:
        return words.say("unknown-code")
    properties = [
        _fact(name, value, words) for name in SHOWN if (value := getattr(code, name)) is not None
    ]
    if not properties:
        return words.say("known-nothing")
    return words.say("known-code", properties=", ".join(properties))


def _step(step: Step, explanation: Explanation, words: _Words) -> Iterator[Line]:
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
                yield Line(sentence(finding.facts, explanation.law, words.manner), 2)
        yield from _law(step.rule, provision, explanation, words)
    yield from _rivals(step, words)


def _law(rule: AnyRule, provision: str, explanation: Explanation, words: _Words) -> Iterator[Line]:
    """What the rule asks, what the provision says, and what that leaves open.

    Provisions are in English: elsewhere they are shown only for a rule that has no sentence.
    """
    cited, manner = explanation.law.provisions[provision], words.manner
    own = own_words(rule, explanation.law, manner)
    if own is not None:
        yield Line(own, 2)
        return
    asks, left_open = manner.asks(rule, explanation.law), manner.left_open(cited)
    if asks is not None:
        yield Line(words.say("rule-asks", says=asks), 2)
    figures = list(own_figures(cited, explanation.law, manner))
    yield from (Line(one, 2) for one in figures)
    if not figures and (asks is None or manner.language == "en"):
        yield Line(words.say("law-says", says=" ".join(cited.says.split())), 2)
    if left_open is not None:
        yield Line(words.say("left-open", says=left_open), 2)


def _rivals(step: Step, words: _Words) -> Iterator[Line]:
    if not step.rivals:
        return
    yield Line(words.say("rivals"), 2)
    for rival in step.rivals:
        yield Line(_rival(rival, words), 3)


def _rival(rival: Rival, words: _Words) -> str:
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


def _because(finding: Finding, words: _Words) -> str:
    facts = {"rule": finding.rule, "provision": finding.provision}
    if finding.evidence is None:
        return words.say("because-one", **facts)
    return words.say("because-of", **facts, evidence=finding.evidence)


def _not_asked(explanation: Explanation, words: _Words) -> Iterator[Line]:
    if not explanation.not_asked:
        return
    yield Line(words.say("not-asked"), tone="head")
    for one in explanation.not_asked:
        missing = ", ".join(map(words.manner.lacking, one.missing))
        facts = {"rule": one.rule, "provision": one.provision, "missing": missing}
        yield Line(words.say("not-asked-one", **facts), 1)


def _amounts(explanation: Explanation, words: _Words) -> Iterator[Line]:
    yield Line(words.say("amounts"), tone="head")
    names = [
        key.removeprefix("amount.") for key in sorted(words.keys()) if key.startswith("amount.")
    ]
    order = list(explanation.decision)
    known = [
        words.say(f"amount.{name}", amount=_amount(explanation.decision[name], words))
        for name in sorted(names, key=order.index)
        if explanation.decision[name] is not None
    ]
    yield Line(", ".join(known) if known else words.say("no-amounts"), 1)


def _when(moment: Any, words: _Words) -> str:
    if moment is None:
        return words.say("undated")
    return amounts.moment(moment, words.manner.language)


def _amount(value: Any, words: _Words) -> str:
    return amounts.amount(Decimal(value), words.manner.language)


def _fact(name: str, value: Any, words: _Words) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{words.manner.label(name)} {words.manner.value(text)}"
