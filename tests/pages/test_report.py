from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from conventio.law import shipped
from conventio.pages import report, tally
from conventio.wording.catalogue import LANGUAGES, Catalogue
from tests.cli.run import example_in
from tests.pages.written import Page, Written, all_refused, empty, written

LARGEST = 1_500_000
"""Bytes of a report, whatever the size of the run."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_in(tmp_path_factory.mktemp("report") / "folder")


@pytest.fixture(scope="module")
def made(folder: Path) -> Written:
    return written(folder, folder / "report.html")


@pytest.fixture(scope="module")
def text(made: Written) -> str:
    return made.text


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_is_whole_and_needs_nothing_else(page: Page) -> None:
    assert page.open == []
    assert {tag for tag, _ in page.elements} & {"img", "link", "iframe", "object"} == set()
    assert [one for one in page.all("a") if not str(one["href"]).startswith("#")] == []
    assert [one for _, one in page.elements if {"src", "srcset", "xlink:href"} & set(one)] == []


def test_the_page_runs_its_own_script_only(page: Page, text: str) -> None:
    (policy,) = (one["content"] for one in page.all("meta") if "http-equiv" in one)
    script = text[text.index('<script type="module">') + 22 : text.rindex("</script>")]
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    )
    assert [one for _, one in page.elements if any(name.startswith("on") for name in one)] == []


def test_every_link_leads_somewhere_and_every_name_is_given_once(page: Page) -> None:
    names = [one["id"] for _, one in page.elements if "id" in one]
    assert len(names) == len(set(names))
    assert {str(one["href"])[1:] for one in page.all("a")} <= set(map(str, names))


def test_the_page_can_be_read_by_everyone(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in heading for heading in page.all("th"))
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )
    assert all(one.get("role") == "img" and one["aria-label"] for one in page.all("svg"))


def test_a_refusal_stands_beside_its_evidence_and_its_provision(text: str) -> None:
    case = text[text.index('<th scope="row">S04 ') : text.index('<th scope="row">S06 ')]
    assert "Evidence: S02" in case
    assert "Evidence: S03" in case
    assert '<a href="#nomenclature-6/4bis-3">' in case
    assert shipped().provisions["nomenclature-6/4bis-3"].says in text


def test_what_is_left_open_is_shown_where_it_was_used(text: str) -> None:
    law = shipped()
    used = law.provisions["nomenclature-6/4bis-3"]
    gaps = text[text.index('id="gaps"') : text.index('id="provisions"')]
    assert used.gaps[0].treatment in gaps
    assert f"<strong>{used.id}</strong>" in gaps
    assert law.provisions["dental-2009/9-2"].gaps[0].treatment not in text


def test_the_inputs_are_named_with_their_hashes(text: str, folder: Path) -> None:
    assert sha256((folder / "services.csv").read_bytes()).hexdigest() in text
    assert shipped().version in text


def test_the_same_input_gives_the_same_page(text: str, folder: Path, tmp_path: Path) -> None:
    assert written(folder, tmp_path / "again.html").text == text


def test_the_order_of_rows_changes_nothing_but_the_hash(
    text: str, folder: Path, tmp_path: Path
) -> None:
    other = example_in(tmp_path / "folder")
    services = other / "services.csv"
    header, *lines = services.read_text(encoding="utf-8").splitlines()
    services.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    one, another = (
        sha256((place / "services.csv").read_bytes()).hexdigest() for place in (folder, other)
    )
    assert written(other, tmp_path / "report.html").text == text.replace(one, another)


def test_what_the_tables_hold_is_text_and_no_markup(folder: Path, tmp_path: Path) -> None:
    other = example_in(tmp_path / "folder")
    services = other / "services.csv"
    name = "</script><b>S04</b>"
    services.write_text(
        services.read_text(encoding="utf-8").replace("S04,", f"{name},").replace("S02,", "<!--,"),
        encoding="utf-8",
    )
    text = written(other, tmp_path / "report.html").text
    page = Page(text)
    assert page.open == []
    assert "<b>S04" not in text
    assert "&lt;b&gt;S04" in text
    assert any("<!--" in one for one in page.json("texts")["en"]), "the evidence is named"


def test_a_long_report_says_what_it_leaves_out_and_shows_every_rule(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(folder, tmp_path / "whole.html")
    refusing = {row.rule for row in whole.figures.rules if row.severity == "refuse"}
    monkeypatch.setattr(tally, "SHOWN", {"refused": len(refusing), "unchecked": 2})
    text = written(folder, tmp_path / "short.html").text
    refused = text[text.index('id="refused"') : text.index('id="unchecked"')]
    listed = re.findall(r'<tr data-rule="([^"]*)"', refused)
    assert len(listed) == len(refusing)
    assert {rule for rules in listed for rule in rules.split()} >= refusing
    outcomes = Counter(whole.decisions["outcome"].to_pylist())
    assert f"{len(refusing)} of {outcomes['refused']} are shown here" in refused
    assert f"2 of {outcomes['unchecked']} are shown here" in text
    order = re.findall(r'<th scope="row">(\S+) <small>', refused)
    of_all = re.findall(r'<th scope="row">(\S+) <small>', whole.text)
    assert order == [one for one in of_all if one in order], "in the order of decision"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_reads_in_the_language_asked_without_its_script(
    folder: Path, tmp_path: Path, language: str
) -> None:
    text = written(folder, tmp_path / "report.html", language).text  # type: ignore[arg-type]
    page = Page(text)
    heading = Catalogue.read(language, "report").say("refused.heading")
    assert page.all("html") == [{"lang": language}]
    assert f">{heading}<" in text
    shown = [one for _, one in page.elements if "data-only" in one and "hidden" not in one]
    assert {one["data-only"] for one in shown} == {language}
    whole = "In English what is open is told at length too; a chart each for services, fees, codes."
    assert len(shown) == 3 or language == "en", whole


def test_every_text_is_there_in_every_language(page: Page) -> None:
    texts = page.json("texts")
    assert set(texts) == set(LANGUAGES)
    assert len({len(ones) for ones in texts.values()}) == 1
    marks = {
        int(str(value))
        for _, one in page.elements
        for name, value in one.items()
        if name == "data-t" or name.startswith("data-t-")
    }
    assert marks == set(range(len(texts["en"])))
    assert all(text for ones in texts.values() for text in ones)


def test_the_page_says_the_same_in_whichever_language_it_opens(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    other = Page(written(folder, tmp_path / "report.html", "de").text)
    assert other.json("texts") == page.json("texts")
    assert other.json("words") == page.json("words")


def test_an_empty_folder_has_a_report(tmp_path: Path) -> None:
    text = written(empty(tmp_path / "folder"), tmp_path / "report.html").text
    assert Page(text).open == []
    assert "No service is refused." in text
    assert len(text) < 200_000, "without lists it comes without the library"


def test_a_folder_of_which_all_is_refused_has_a_report(tmp_path: Path) -> None:
    made = written(all_refused(tmp_path / "folder"), tmp_path / "report.html")
    assert Page(made.text).open == []
    assert made.figures.outcomes[-1].services == made.figures.services == 30


def test_the_size_is_bounded(tmp_path: Path) -> None:
    made = written(all_refused(tmp_path / "folder", 2000), tmp_path / "report.html")
    assert "200 of 2,000 are shown here" in made.text
    assert len(made.text.encode()) < LARGEST


def priced(location: Path, services: int = 300) -> Path:
    """Refused fillings of which the later ones cost more, each a fee more than the one before."""
    folder = all_refused(location, services)
    text = (folder / "services.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = text
    counted = [f"{row.replace(',16,', ',,')},{number + 1}" for number, row in enumerate(rows)]
    (folder / "services.csv").write_text("\n".join([f"{header},count", *counted]) + "\n")
    (folder / "fees.csv").write_text("code,fee\n373892,10.00\n")
    return folder


def test_the_highest_amounts_are_shown_beside_a_sample(tmp_path: Path) -> None:
    text = written(priced(tmp_path / "folder"), tmp_path / "report.html").text
    refused = text[text.index('id="refused"') : text.index('id="unchecked"')]
    listed = {int(one[1:]) for one in re.findall(r'<th scope="row">(\S+) <small>', refused)}
    assert len(listed) == 200
    assert set(range(250, 300)) <= listed, "the fifty with the highest amounts"
    first = sorted(range(300), key=str)[:50]
    assert set(first) <= listed, "the first ones of their rules, patient by patient"
    assert len(listed - set(range(250, 300)) - set(first)) > 50, "and what a lot named"
    said = re.search(r"200 of 300 are shown here[^<]*", refused)
    assert said is not None
    assert "50 with the highest agreed fees" in said[0]
    numbers = [int(one) for one in re.findall(r"(\d+) (?:with the|so that|drawn)", said[0])]
    assert sum(numbers) == 200
    assert "Left out: 100;" in said[0]


def test_the_lists_say_that_all_are_shown(made: Written) -> None:
    refused = made.decisions["outcome"].to_pylist().count("refused")
    assert f"All {refused} are shown here." in made.text


def test_every_sentence_is_used() -> None:
    templates = Path(report.__file__).parent / "templates"
    source = (templates / "report.html.j2").read_text("utf-8")
    for file in sorted(templates.parent.glob("*.py")):
        source += file.read_text("utf-8")
    words = Catalogue.read("en", "report")
    made_up = ("outcome.", "severity.", "totals.", "service.")
    said = {
        f"{name}.{what}" for name in ("refused", "unchecked") for what in ("nothing", "caption")
    }
    said |= {f"list.{one}" for one in re.findall(r'"(\w+)"', source)}
    said |= {f"chart.{one}" for one in re.findall(r'chart\("(\w+)"', source)}
    unused = {
        key
        for key in words.keys()  # noqa: SIM118
        if key not in source and not key.startswith(made_up) and not key.endswith(".heading")
    }
    assert unused <= said
