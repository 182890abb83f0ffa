"""The four catalogues: whole, alike, and with nothing that nobody says."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po

import conventio.claims
import conventio.cli
import conventio.folder
import conventio.folder.fhir
import conventio.monitoring
import conventio.pages
import conventio.tariff
from conventio.claims.kinds import BESIDE_KINDS, GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.sentences import KEYS_SAID, key, severities
from conventio.cli import register
from conventio.folder.tables import TABLES
from conventio.law import shipped
from conventio.law.rules import BooleanFact, Fact, Key, OnlyAtHours
from conventio.pages.explanation import FACTS, SHOWN
from conventio.prescriptions.register import MISSING
from conventio.wording.catalogue import LANGUAGES, Catalogue, numbered, sentences
from conventio.wording.manner import ForPeople

PLACEHOLDER = re.compile(r"\{\w+\}")
WORD = re.compile(r"[^\W\d_]{2,}")
LONGEST_ALIKE = 3
"""A sentence of more words that is the same in two languages was not translated."""

MADE_UP = {
    "commands": ("doing.",),
    "explanation": ("amount.", "label-", "outcome."),
    "register": ("column.", "missing.", "absent."),
}
"""Sentences whose keys are made from data."""

SUBJECTS = {
    "commands",
    "computing",
    "coverage",
    "explanation",
    "facts",
    "figures",
    "findings",
    "gaps",
    "help",
    "hours",
    "law",
    "messages",
    "problems",
    "provisions",
    "reasons",
    "refusals",
    "register",
    "report",
    "rules",
    "sources",
    "subjects",
    "treatments",
    "units",
    "usage",
    "values",
}


def of(subject: str, language: str = "en") -> dict[str, str]:
    words = Catalogue.read(language, subject)
    return {one: words.sentence(one) for one in words.keys()}  # noqa: SIM118


def source(*modules: Any) -> str:
    found = [file for one in modules for file in sorted(Path(one.__file__).parent.glob("*.py"))]
    return "".join(file.read_text(encoding="utf-8") for file in found)


def cited() -> set[str]:
    """The provisions that a finding may rest on."""
    found = set()
    for rule in shipped().entries:
        found.add(rule.provision)
        for one in (*getattr(rule, "permits", ()), *getattr(rule, "hours", ())):
            found |= {getattr(one, "provision", None), one.refused_by} - {None}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    assert set(sentences(language)) == set(sentences("en"))


def test_the_subjects_are_known() -> None:
    assert {name.partition(".")[0] for name in sentences("en")} == SUBJECTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_in_order(language: str) -> None:
    source = files("conventio.wording") / "locale" / language / "LC_MESSAGES" / "conventio.po"
    with source.open("rb") as stream:
        messages = read_po(stream, locale=language, abort_invalid=True)
    keys = [one.id if isinstance(one.id, str) else one.id[0] for one in messages]
    assert keys == sorted(keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    def placeholders(text: str) -> Counter[str]:
        return Counter(PLACEHOLDER.findall(text))

    english, other = sentences("en"), sentences(language)
    differing = {
        name for name in english if placeholders(english[name]) != placeholders(other[name])
    }
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_of_a_number_tell_the_same(language: str) -> None:
    english, other = numbered("en"), numbered(language)
    assert {name: one.counts for name, one in english.items()} == {
        name: one.counts for name, one in other.items()
    }
    for name, one in other.items():
        many = set(PLACEHOLDER.findall(one.forms[-1]))
        assert f"{{{one.counts}}}" in many, name
        assert set(PLACEHOLDER.findall(one.forms[0])) <= many, name


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 rows", "1 row", "2 rows", "1,234 rows"]),
        ("fr", ["0 ligne", "1 ligne", "2 lignes", "1,234 lignes"]),
        ("nl", ["0 rijen", "1 rij", "2 rijen", "1,234 rijen"]),
        ("de", ["0 Zeilen", "1 Zeile", "2 Zeilen", "1,234 Zeilen"]),
    ],
)
def test_a_number_takes_its_form(language: str, said: list[str]) -> None:
    words = Catalogue.read(language)
    assert [words.say("found.rows", number=one) for one in (0, 1, 2, "1,234")] == said


ARTICLES = {"en": "an?", "fr": "une?", "nl": "een", "de": "eine?[nmrs]?"}
OTHER_QUOTES = {"en": "“”„«»", "fr": '“”„"', "nl": '„«»"', "de": '”«»"'}
"""The quotation marks of other languages."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_article_stands_before_what_is_filled_in(language: str) -> None:
    article = re.compile(rf"\b{ARTICLES[language]} \{{", re.IGNORECASE)
    assert {name for name, text in sentences(language).items() if article.search(text)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    foreign = set(OTHER_QUOTES[language])
    quoted = {name for name, text in sentences(language).items() if foreign & set(text)}
    single = {name for name, text in sentences(language).items() if re.search(r"'\w+'(?!\w)", text)}
    assert quoted | single == set()


@pytest.mark.parametrize(("one", "other"), list(combinations(LANGUAGES, 2)))
def test_no_sentence_is_left_untranslated(one: str, other: str) -> None:
    first, second = sentences(one), sentences(other)
    alike = {
        name
        for name, text in first.items()
        if text == second[name] and len(WORD.findall(PLACEHOLDER.sub("", text))) > LONGEST_ALIKE
    }
    assert alike == set()


def test_every_case_of_every_kind_has_a_sentence() -> None:
    kinds = {*ROW_KINDS, *GROUP_KINDS, *JOIN_KINDS, *BESIDE_KINDS}
    cases = {key(kind, case) for kind in kinds for case in severities(kind)}
    per = (*get_args(Key), "patient")
    keys = {f"{how}.{name}" for how in KEYS_SAID.values() for name in per}
    own = {name for name in of("findings") if name.startswith("fact-is.") and "-" in name[8:]}
    assert set(of("findings")) == cases | keys | own | {"both"}
    facts = {name.rpartition(".")[2].rpartition("-")[::2] for name in own}
    assert facts <= {(fact, value) for fact in get_args(BooleanFact) for value in ("true", "false")}


def test_every_rule_says_what_it_asks() -> None:
    assert set(of("rules")) == {rule.rule for rule in shipped().entries}


OF_NAMES = re.compile(
    r"\b[Aa]rti(?:cles?|kel(?:en|s)?) \d+(?:(?:, | (?:and|et|en|und) )\d+(?:ter)?)*"
    r"|\b\d{6}-\d{6}\b"
)
"""Figures that are names: numbers of articles, and pairs of codes."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_takes_its_figures_from_its_entry(language: str) -> None:
    with_figures = {
        name: said
        for name, text in of("rules", language).items()
        if re.search(r"\d", said := OF_NAMES.sub("", text))
    }
    assert with_figures == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_a_sentence_is_one_of_its_entry(language: str) -> None:
    law, manner = shipped(), ForPeople(language)
    said = {rule.rule: manner.asks(rule, law) for rule in law.entries}
    assert [name for name, sentence in said.items() if sentence is None] == []
    assert [name for name, sentence in said.items() if "{" in str(sentence)] == []


def test_every_provision_with_a_rule_has_a_title() -> None:
    assert set(of("provisions")) == cited()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_a_provision_with_a_rule_is_told(language: str) -> None:
    manner = ForPeople(language)
    values = [value for name in cited() for value in shipped().provisions[name].values]
    assert [value.name for value in values if manner.figure(value) is None] == []
    assert set(of("figures", language)) == {value.name for value in values}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_is_told_with_its_treatment(language: str) -> None:
    open_ones = {name for name, one in shipped().provisions.items() if one.gaps}
    assert set(of("gaps", language)) == set(of("treatments", language)) == open_ones
    alike = {
        name
        for name in open_ones
        if language != "en" and of("gaps", language)[name] == of("gaps")[name]
    }
    assert alike == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_reading_is_told_where_one_treatment_has_one(language: str) -> None:
    """Of a provision without rules; a summary of several gaps may leave it out."""
    other = {"en": "Other", "fr": "Autre", "nl": "Andere", "de": "Andere"}[language]
    with_other = {
        name
        for name, one in shipped().provisions.items()
        if name not in cited() and any(gap.other for gap in one.gaps)
    }
    told = {name for name, text in of("treatments", language).items() if f"{other} " in text}
    assert with_other - told == set()


def test_codes_that_pages_give_are_not_said_to_be_input() -> None:
    """A provision whose rules find codes in the shipped nomenclature says where they come from."""
    law = shipped()
    nothing_printed = {
        name
        for name, one in law.provisions.items()
        for gap in one.gaps
        if "codes are printed" in gap.open and gap.treatment.strip() == "They are input."
    }
    found = {
        rule.provision
        for rule in law.entries
        if rule.kind == "unsettled" and law.nomenclature.meant_by(rule.services)
    }
    assert nothing_printed & found == set()


def test_titles_reasons_and_subjects_in_english_are_those_of_the_law() -> None:
    law = shipped()
    used = {
        reason
        for rule in law.entries
        for reason in (rule.reason, rule.reason_unchecked, getattr(rule, "reason_warn", None))
        if reason is not None
    }
    assert of("provisions") == {name: law.provisions[name].subject for name in cited()}
    assert of("reasons") == {name: law.reasons[name].meaning for name in used}
    assert of("sources") == {name: one.title for name, one in law.sources.items()}
    assert of("subjects") == {rule.rule: rule.subject for rule in law.entries if rule.subject}


def test_every_fact_has_a_name() -> None:
    missing_facts = {
        "performed_at",
        "birth_date",
        "titles",
        "bridge_days",
        "public_offer_covers_duty_hours",
        "related_service_id",
        "nomenclature.kind",
        "nomenclature.section",
        "nomenclature.tooth",
    }
    shown = {*get_args(Fact), *get_args(BooleanFact), *FACTS, *SHOWN}
    assert set(of("facts")) == shown | missing_facts


def test_every_value_that_the_law_names_has_a_word() -> None:
    law = shipped()
    named = {"true", "false", "none", "required", *(one.profession for one in law.professions)}
    for rule in law.entries:
        for name in ("values", "undecided", "teeth", "authorisations"):
            named |= set(getattr(rule, name, ()))
        for permit in getattr(rule, "permits", ()):
            named |= set(permit.titles)
    for code in law.nomenclature.values():
        named |= {value for value in (code.section, code.kind) if value is not None}
    images = next(one for one in TABLES["services"].columns if one.name == "earlier_images")
    assert set(of("values")) == named | set(images.allowed or ())


@pytest.mark.parametrize(
    ("subject", "modules"),
    [
        ("problems", [conventio.folder]),
        ("messages", [conventio.folder.fhir]),
        ("explanation", [conventio.pages]),
        ("commands", [conventio.cli, conventio.claims]),
        ("computing", [conventio.cli, conventio.claims, conventio.monitoring, conventio.tariff]),
        ("refusals", [conventio.cli]),
        ("register", [conventio.cli]),
        ("law", [conventio.cli]),
        ("usage", [conventio.cli]),
    ],
)
def test_every_sentence_is_used(subject: str, modules: list[Any]) -> None:
    text = source(*modules)
    made_up = MADE_UP.get(subject, ())
    unused = {
        name
        for name in of(subject)
        if not name.startswith(made_up)
        and not re.search(rf'[".]{re.escape(name.rpartition(".")[2])}"', text)
    }
    assert unused == set()


def test_the_register_has_a_word_for_everything_it_shows() -> None:
    told = {name for name in of("register") if name.startswith(("column.", "missing."))}
    shown = {f"column.{name}" for name in register.shown_columns()}
    assert told == shown | {f"missing.{name}" for name in MISSING}


def test_a_missing_subject_is_an_error() -> None:
    with pytest.raises(LookupError, match="no-such-subject"):
        Catalogue.read("en", "no-such-subject")


def test_a_rule_with_hours_names_whom_it_cites() -> None:
    rules = [rule for rule in shipped().entries if isinstance(rule, OnlyAtHours)]
    assert {one.refused_by for rule in rules for one in rule.hours} & cited()
