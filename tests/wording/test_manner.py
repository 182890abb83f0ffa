"""Facts in sentences: as the tables have them, and as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from conventio.claims.decide import decide
from conventio.claims.sentences import FINDINGS_WITH_FACTS, sentence
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder
from conventio.law import Law, shipped
from conventio.law.rules import AnyRule, OnlyAtHours
from conventio.wording import amounts
from conventio.wording.catalogue import LANGUAGES
from conventio.wording.manner import ForPeople, Manner
from tests.cli.run import conventio, example_in


@pytest.mark.parametrize(
    ("language", "amount", "number", "share", "moment"),
    [
        ("en", "€1,234.50", "12,345", "33.3\xa0%", "1 May 2009, 09:30"),
        ("fr", "1\u202f234,50\xa0€", "12\u202f345", "33,3\xa0%", "1er mai 2009, 09:30"),
        ("nl", "€\xa01.234,50", "12.345", "33,3\xa0%", "1 mei 2009, 09:30"),
        ("de", "1.234,50\xa0€", "12.345", "33,3\xa0%", "1. Mai 2009, 09:30"),
    ],
)
def test_amounts_and_dates_are_written_as_people_do(
    language: str, amount: str, number: str, share: str, moment: str
) -> None:
    assert amounts.amount(Decimal("1234.50"), language) == amount
    assert amounts.number(12345, language) == number
    assert amounts.share(1, 3, language) == share
    assert amounts.moment(datetime(2009, 5, 1, 9, 30), language) == moment  # noqa: DTZ001


def test_what_is_not_known_is_no_amount() -> None:
    assert amounts.amount(None, "fr") == amounts.cents(None, "nl") == "–"
    assert amounts.moment(None, "de") == ""
    assert amounts.share(0, 0, "en") == "0.0\xa0%"


def test_a_time_is_said_where_there_is_one() -> None:
    assert amounts.moment(date(2009, 5, 4), "en") == "4 May 2009"
    assert amounts.moment(datetime(2009, 5, 4), "en") == "4 May 2009"  # noqa: DTZ001
    assert amounts.moment(datetime(2009, 5, 4, 0, 1), "en") == "4 May 2009, 00:01"  # noqa: DTZ001


def test_sentences_are_made_again_from_rule_case_and_facts(tmp_path: Path) -> None:
    law = shipped()
    with DuckDB() as engine:
        decide(engine, law, read_folder(engine, example_in(tmp_path / "folder")).present)
        rows = engine.rows(FINDINGS_WITH_FACTS)
    assert len(rows) > 40
    assert [sentence(row, law, Manner()) for row in rows] == [row["message"] for row in rows]
    for language in LANGUAGES:
        for row in rows:
            said = sentence(row, law, ForPeople(language))
            assert "{" not in said
            assert language == "en" or said != row["message"]


def test_what_another_law_says_is_not_said_in_our_words() -> None:
    law = shipped()
    rule = next(one for one in law.entries if one.rule == "extraction-once")
    provision = law.provisions[rule.provision]
    french = ForPeople("fr")
    assert french.asks(rule, law) is not None
    assert french.asks(rule.model_copy(update={"limit": 2}), law) is None
    assert french.asks(rule.model_copy(update={"rule": "another"}), law) is None
    other = provision.model_copy(update={"subject": "teeth come out twice", "gaps": ()})
    assert french.title(provision) != provision.subject
    assert french.title(other) == "teeth come out twice"
    assert french.left_open(other) is None
    assert french.treated(provision) is not None
    assert french.treated(other) is None


def changed(rule: str, **figures: object) -> tuple[AnyRule, Law]:
    """An entry of the shipped law with other figures, and the law that has it."""
    law = shipped()
    (one,) = [one for one in law.rules if one.rule == rule and one.kind != "unsettled"]
    other = one.model_copy(update=figures)
    rules = tuple(other if each is one else each for each in law.rules)
    return other, replace(law, rules=rules)


@pytest.mark.parametrize(
    ("language", "limit", "said"),
    [
        ("en", 1, "At most 1 filling or restoration is reimbursed"),
        ("en", 3, "At most 3 fillings or restorations are reimbursed"),
        ("fr", 1, "Au plus 1 obturation ou restauration est remboursée"),
        ("fr", 3, "Au plus 3 obturations ou restaurations sont remboursées"),
        ("nl", 1, "wordt hoogstens 1 vulling of restauratie terugbetaald"),
        ("nl", 3, "worden hoogstens 3 vullingen of restauraties terugbetaald"),
        ("de", 1, "wird höchstens 1 Füllung oder Restauration erstattet"),
        ("de", 3, "werden höchstens 3 Füllungen oder Restaurationen erstattet"),
    ],
)
def test_a_sentence_tells_the_limit_of_its_entry(language: str, limit: int, said: str) -> None:
    rule, law = changed("fillings-per-tooth-and-year", limit=limit)
    assert said in str(ForPeople(language).asks(rule, law))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "until the patient turns 61, from 1 June 2009 to 30 June 2010"),
        ("fr", "jusqu'au 61e anniversaire du patient, du 1er juin 2009 au 30 juin 2010"),
        ("nl", "tot de 61e verjaardag van de patiënt, van 1 juni 2009 tot en met 30 juni 2010"),
        ("de", "bis zum 61. Geburtstag des Patienten erstattet, vom 1. Juni 2009 bis zum 30. Juni"),
    ],
)
def test_a_sentence_tells_the_age_and_the_days_of_its_entry(language: str, said: str) -> None:
    rule, law = changed(
        "annual-examination-age", to_birthday=61, first=date(2009, 6, 1), last=date(2010, 6, 30)
    )
    manner = ForPeople(language)
    assert said in str(manner.asks(rule, law))
    later = next(one for one in law.rules if one.rule == rule.rule and one.kind == "unsettled")
    assert manner.asks(later, law) == manner.asks(rule, law)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "at night from 22:00 to 7:30"),
        ("fr", "la nuit de 22 h à 7 h 30"),
        ("nl", "van 22 uur tot 7.30 uur"),
        ("de", "von 22 Uhr bis 7.30 Uhr"),
    ],
)
def test_a_sentence_tells_the_hours_of_its_entry(language: str, said: str) -> None:
    (rule,) = [one for one in shipped().rules if one.rule == "supplement-hours"]
    assert isinstance(rule, OnlyAtHours)
    night, *days = rule.hours
    night = night.model_copy(update={"start": "22:00", "end": "07:30"})
    other, law = changed("supplement-hours", hours=(night, *days))
    assert said in str(ForPeople(language).asks(other, law))
    without_days, law = changed("supplement-hours", hours=(night,))
    assert ForPeople(language).asks(without_days, law) is None


def test_a_sentence_without_its_figure_is_not_said() -> None:
    rule, law = changed("annual-examination-age", last=None)
    assert ForPeople("en").asks(rule, law) is None


def test_what_the_input_lacks_is_named_in_words() -> None:
    dutch = ForPeople("nl")
    assert dutch.lacking("services.duty") == "georganiseerde wachtdienst (services.duty)"
    signed = "handtekening van de voorschrijver (prescriptions.signed)"
    assert dutch.lacking("prescriptions.signed") == signed
    assert dutch.lacking("fees") == "fees"


@pytest.mark.parametrize(
    ("language", "outcome", "day"),
    [
        ("en", "refused", "4 July 2022"),
        ("fr", "refusée", "4 juillet 2022"),
        ("nl", "geweigerd", "4 juli 2022"),
        ("de", "abgelehnt", "4. Juli 2022"),
    ],
)
def test_a_decision_is_explained_in_every_language(
    tmp_path: Path, language: str, outcome: str, day: str
) -> None:
    folder = example_in(tmp_path / "folder")
    shown = conventio("explain", folder, "S14", "--language", language).stdout
    assert outcome in shown
    assert day in shown


def test_a_report_is_in_the_language_asked(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    ran = conventio("check", folder, "--language", "nl")
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert ran.code == 0
    assert '<html lang="nl">' in page
    assert "Geweigerde verstrekkingen" in page
    assert 'lang="en"' in page, "what is in English only says so"


def test_problems_are_said_in_the_language_asked(tmp_path: Path) -> None:
    ran = conventio("check", tmp_path, "--language", "fr")
    assert ran.code == 2
    assert "attendu : cette table, dont tout dossier a besoin" in ran.stderr
