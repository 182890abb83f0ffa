"""The engine says of every hand-written case exactly what the case expects."""

from collections.abc import Mapping

import pytest

from conventio.claims.decide import decide
from conventio.claims.output import arrow
from conventio.folder.engine import DuckDB
from tests.law.cases import AS_OF, LAW, Case, cases, concerned_codes, read_into, told

RULES = sorted({rule.rule for rule in LAW.rules})

Told = Mapping[str, Mapping[str, tuple[str, ...]]]


@pytest.fixture(scope="module")
def answers() -> Told:
    with DuckDB() as engine:
        decide(engine, LAW, read_into(engine), as_of=AS_OF)
        decisions, findings = arrow(engine)
    return told(decisions.to_pylist(), findings.to_pylist())


@pytest.mark.parametrize("case", cases(), ids=str)
def test_what_is_said_of_a_case(case: Case, answers: Told) -> None:
    assert answers[case.name] == case.expected


def test_no_two_cases_share_a_name() -> None:
    names = [case.name for case in cases()]
    assert sorted(set(names)) == sorted(names)


def said() -> list[tuple[str, str, str, str]]:
    """Code, rule, severity and provision of every finding that a case expects."""
    return [
        (code, *line.split()[:3])  # type: ignore[misc]
        for case in cases()
        for code, expected in of_codes(case)
        for line in expected[1:]
        if line.split()[1] in ("refuse", "unchecked", "warn")
    ]


def of_codes(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    """Code and expectation of every service of a case that is to be decided."""
    codes = {row["service_id"]: row["code"] for row in case.tables["services"]}
    return [
        (codes[service], expected)
        for service, expected in case.expected.items()
        if service in codes
    ]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_speaks_in_some_case(rule: str) -> None:
    assert [line for line in said() if line[1] == rule]


CONDITIONAL = [
    rule
    for rule in RULES
    if any(one.kind not in ("unsettled", "awaits-input") for one in LAW.rules if one.rule == rule)
]
"""The rules that ask something: one whose condition the text leaves out always warns."""


@pytest.mark.parametrize("rule", CONDITIONAL)
def test_a_rule_is_silent_in_some_case_that_it_concerns(rule: str) -> None:
    codes = frozenset().union(*(concerned_codes(one) for one in LAW.rules if one.rule == rule))
    assert any(
        code in codes and not any(line.startswith(f"{rule} ") for line in expected)
        for case in cases()
        if case.priced or rule != "fee-known"
        for code, expected in of_codes(case)
    )


def test_every_provision_that_a_rule_names_is_named_by_a_case() -> None:
    named = {
        provision
        for rule in LAW.rules
        for provision in (
            rule.provision,
            *(
                point
                for permit in getattr(rule, "permits", ())
                for point in (permit.provision, permit.refused_by)
            ),
        )
        if provision is not None
    }
    assert named - {provision for _, _, _, provision in said()} == set()
