"""Codes, pairs, what a rule means by its choice of codes, and the rows of a folder's own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventio.law import shipped
from conventio.law.nomenclature import (
    Code,
    CodeFault,
    Nomenclature,
    check_digit,
    row_of,
    split_pair,
)
from conventio.law.rules import Codes

stems = st.integers(10_000, 99_998)


def code_of(stem: int) -> str:
    return f"{stem}{check_digit(str(stem))}"


@pytest.mark.parametrize("code", ["371114", "371125", "455630", "455641", "301593", "102771"])
def test_the_check_digit_is_that_of_printed_codes(code: str) -> None:
    assert check_digit(code[:5]) == code[5]


@given(stems)
def test_a_pair_is_a_code_and_the_next(stem: int) -> None:
    code, following = code_of(stem), code_of(stem + 1)
    assert split_pair(f"{code}-{following}") == (code, following)
    assert split_pair(code) == (code, None)


@given(stems, st.integers(0, 9))
def test_any_other_check_digit_is_refused(stem: int, digit: int) -> None:
    code = f"{stem}{digit}"
    if code != code_of(stem):
        with pytest.raises(CodeFault, match=f"expected {code_of(stem)[5]}"):
            split_pair(code)


@given(stems, stems)
def test_a_second_code_that_does_not_follow_is_refused(stem: int, other: int) -> None:
    if other != stem + 1:
        with pytest.raises(CodeFault, match=f"expected {code_of(stem + 1)}"):
            split_pair(f"{code_of(stem)}-{code_of(other)}")


@pytest.mark.parametrize("text", ["", "37111", "3711145", "371114-", "371114 371125", "a71114"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeFault, match="expected a code of 6 digits or a pair"):
        split_pair(text)


CODES = [
    Code("200012", "200023", section="visit", kind="home", article="1"),
    Code("200023", "200012", section="visit", kind="home", article="1"),
    Code("200034", section="mending", kind="patch", tooth="required", article="2"),
    Code("200045", section="mending", kind="splint", tooth="none"),
    Code("200056"),
]
SETS = {"v/some": frozenset({"200012", "200034"}), "v/others": frozenset({"200045"})}
SHORT = {"a": "200012", "b": "200023", "c": "200034", "d": "200045", "e": "200056"}


@pytest.mark.parametrize(
    ("choice", "meant"),
    [
        ({}, "abcde"),
        ({"codes": ["200034"]}, "c"),
        ({"codes": ["200012-200023", "200056"]}, "abe"),
        ({"sets": ["v/some"]}, "ac"),
        ({"sets": ["v/some", "v/others"]}, "acd"),
        ({"sections": ["visit"]}, "ab"),
        ({"sections": ["visit", "mending"]}, "abcd"),
        ({"kinds": ["patch", "splint"]}, "cd"),
        ({"articles": ["1"]}, "ab"),
        ({"tooth": "required"}, "c"),
        ({"tooth": "none"}, "d"),
        ({"sections": ["visit"], "sets": ["v/some"]}, "a"),
        ({"sections": ["visit"], "kinds": ["patch"]}, ""),
        ({"except": {"sections": ["visit"]}}, "cde"),
        ({"except": {"tooth": "none"}}, "abce"),
        ({"sections": ["mending"], "except": {"sets": ["v/others"]}}, "c"),
        ({"except": {"sections": ["mending"], "except": {"kinds": ["patch"]}}}, "abce"),
        ({"except": {}}, ""),
    ],
)
def test_a_rule_means_the_codes_for_which_everything_given_holds(
    choice: dict[str, Any], meant: str
) -> None:
    nomenclature = Nomenclature(CODES, SETS)
    expected = {SHORT[letter] for letter in meant}
    assert nomenclature.meant_by(Codes.model_validate(choice)) == expected


def test_an_unknown_property_meets_no_condition_but_escapes_no_exception() -> None:
    """Code 200056, of which nothing is known, is in no section, and so in no exception of one."""
    nomenclature = Nomenclature(CODES, SETS)
    for choice in ({"sections": ["visit", "mending"]}, {"kinds": ["home"]}, {"tooth": "none"}):
        assert "200056" not in nomenclature.meant_by(Codes.model_validate(choice))
        assert "200056" in nomenclature.meant_by(Codes.model_validate({"except": choice}))


def test_a_row_of_a_folder_stands_whole_in_the_place_of_a_code() -> None:
    ours = Nomenclature(CODES, SETS).with_rows([{"code": "200034", "kind": "splint"}])
    assert (ours["200034"].kind, ours["200034"].section, ours["200034"].tooth) == (
        "splint",
        None,
        None,
    )
    assert len(ours) == len(CODES)


def test_a_row_speaks_for_its_pair_unless_the_pair_has_a_row() -> None:
    row = {"code": "200060", "pair_code": "200071", "section": "visit", "tooth": "unknown"}
    alone = Nomenclature(CODES, SETS).with_rows([row])
    assert (alone["200071"].section, alone["200071"].pair_code) == ("visit", "200060")
    assert alone["200060"].tooth is None
    both = Nomenclature(CODES, SETS).with_rows([row, {"code": "200071", "section": "mending"}])
    assert (both["200060"].section, both["200071"].section) == ("visit", "mending")


def test_a_code_of_a_folder_is_in_the_sets_that_the_law_prints() -> None:
    bare = Nomenclature(CODES[3:], SETS)
    assert "200012" not in bare
    ours = bare.with_rows([{"code": "200012"}])
    assert ours.meant_by(Codes.model_validate({"sets": ["v/some"]})) == {"200012"}


def test_rows_leave_the_nomenclature_as_it_was() -> None:
    nomenclature = Nomenclature(CODES, SETS)
    nomenclature.with_rows([{"code": "200060"}])
    assert list(nomenclature) == [code.code for code in CODES]


def test_every_shipped_code_survives_the_way_through_a_table() -> None:
    law = shipped().nomenclature
    again = law.with_rows([row_of(code) for code in law.values()])
    bare = [{**row_of(code), "basis": ""} for code in law.values()]
    assert [{**row_of(code), "basis": ""} for code in again.values()] == bare


def test_every_shipped_property_has_a_basis() -> None:
    for code in shipped().nomenclature.values():
        stated = {name for name, value in row_of(code).items() if value is not None}
        assert stated - {"code", "basis"} == set(code.basis), code.code
