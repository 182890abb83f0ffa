"""A fixed sample of the mutants, and that the job itself notices what it should."""

import pytest

from tests.law.cases import LAW
from tests.mutation.job import Bench, Explanation, Verdict, complaints, explanations, idle

EVERY = 16
"""One mutant in so many is tried here; `python -m tests.mutation` tries all."""

pytestmark = pytest.mark.mutation


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_with_nothing_changed_no_case_fails(bench: Bench) -> None:
    assert bench.broken is None


def test_a_sample_of_the_mutants_fails_a_case_or_is_explained(bench: Bench) -> None:
    sample = sorted(bench.mutants)[::EVERY]
    assert complaints(map(bench.verdict, sample), explanations()) == []


def test_every_rule_has_mutants(bench: Bench) -> None:
    rules = {rule.rule for rule in LAW.rules}
    without = {rule for rule in rules if not any(f"law, {rule}" in one for one in bench.mutants)}
    assert without == set()


def test_a_survivor_that_is_not_explained_is_told() -> None:
    assert complaints([Verdict("law, a: b", None)], []) == ["no case fails: law, a: b"]


def test_an_explanation_of_a_mutant_that_fails_a_case_is_told() -> None:
    explained = [Explanation("law, a: *", "because")]
    told = complaints([Verdict("law, a: b", "a case")], explained)
    assert told == ["explained, but a case fails: law, a: b"]


def test_an_explanation_without_a_mutant_is_told() -> None:
    explained = [Explanation("law, a: *", "because")]
    assert idle(explained, ["law, b: c"]) == ["explained, but no such mutant: law, a: *"]
    assert idle(explained, ["law, a: c"]) == []
