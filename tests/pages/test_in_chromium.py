"""The report as a browser shows it: languages, filters, small screens, no violation in axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from conventio.wording.catalogue import LANGUAGES, Catalogue
from tests.cli.run import example_in
from tests.pages.written import all_refused, empty, written

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE = ViewportSize(width=1280, height=900)
LONGEST = 600_000
"""Milliseconds after which a page will never be there, however busy the machine."""
NARROW = ViewportSize(width=375, height=800)


def browser_path() -> str:
    """The browser; where `CONVENTIO_CHROMIUM` names one, as CI does, it must be there."""
    wanted = os.environ.get("CONVENTIO_CHROMIUM")
    found = wanted or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here")
    assert Path(found).is_file(), f"CONVENTIO_CHROMIUM names {found}, which is not there"
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = browser_path()
    with sync_playwright() as playwright:
        shown = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"], timeout=LONGEST
        )
        yield shown
        shown.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The report of the example, and how many of its services are refused."""
    location = tmp_path_factory.mktemp("report")
    answers = written(example_in(location / "folder"), location / "report.html")
    return location / "report.html", answers.decisions["outcome"].to_pylist().count("refused")


@pytest.fixture(scope="module")
def report(made: tuple[Path, int]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def refused(made: tuple[Path, int]) -> int:
    return made[1]


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    yield from opened(browser, report)


def opened(browser: Browser, file: Path, **settings: Any) -> Iterator[Page]:
    """The page of a file, on which no script may fail and nothing may be asked of a network."""
    context = browser.new_context(viewport=WIDE, **settings)
    context.set_default_timeout(LONGEST)
    shown = context.new_page()
    wrong: list[str] = []
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    shown.on("request", lambda asked: wrong.append(asked.url) if asked.url != shown.url else None)
    shown.goto(file.as_uri())
    wrong.clear()
    yield shown
    context.close()
    assert wrong == []


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    whole = "document.documentElement"
    return int(page.evaluate(f"{whole}.scrollWidth - {whole}.clientWidth"))


def listed(page: Page, name: str = "refused") -> list[str]:
    return [one.split()[0] for one in page.locator(f"#list-{name} tbody tr > th").all_inner_texts()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_wide_and_light_or_narrow_and_dark(page: Page, language: str) -> None:
    page.emulate_media(color_scheme="light")
    page.click(f"[data-speak={language}]")
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    assert overflow(page) == 0
    assert violations(page) == []


def test_axe_finds_nothing_wide_and_dark_or_narrow_and_light(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="light")
    assert violations(page) == []


@pytest.mark.parametrize("make", [empty, all_refused])
def test_axe_finds_nothing_in_extreme_reports(browser: Browser, make: Any, tmp_path: Path) -> None:
    written(make(tmp_path / "folder"), tmp_path / "report.html", "nl")
    for page in opened(browser, tmp_path / "report.html"):
        assert violations(page) == []
        page.set_viewport_size(NARROW)
        assert overflow(page) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_switches_the_language(page: Page, language: str) -> None:
    words = Catalogue.read(language, "report")
    page.click("[data-speak=de]")
    page.click(f"[data-speak={language}]")
    assert page.get_attribute("html", "lang") == language
    assert page.title() == words.say("title")
    assert page.inner_text("#refused h2") == words.say("refused.heading")
    assert page.get_attribute("nav", "aria-label") == words.say("contents")
    assert words.say("service.evidence", service="S02") in page.inner_text("#list-refused")
    assert words.say("list.search") in page.inner_text("#refused .dt-search")
    pressed = page.locator("[data-speak][aria-pressed=true]").all()
    assert [one.get_attribute("data-speak") for one in pressed] == [language]
    charts = page.locator("figure svg:visible").all()
    assert len(charts) == 3
    assert charts[0].get_attribute("aria-label") == words.say("chart.services")


def test_every_row_of_a_list_is_in_the_language_chosen(page: Page, refused: int) -> None:
    page.click("[data-speak=fr]")
    page.select_option("#refused .dt-length select", "-1")
    assert len(listed(page)) == refused
    french = Catalogue.read("fr", "report").say("service.patient")
    rows = page.locator("#list-refused tbody tr > th").all_inner_texts()
    assert all(french in row for row in rows)


def test_a_list_is_searched_filtered_and_sorted(page: Page) -> None:
    assert len(listed(page)) == 25
    page.fill("#refused .dt-search input", "S02")
    assert "S04" in listed(page), "found by its evidence"
    page.fill("#refused .dt-search input", "no such service")
    assert page.locator("#list-refused tbody tr th").count() == 0
    page.fill("#refused .dt-search input", "")
    page.select_option("#refused select[name=rule]", "fillings-per-tooth-and-year")
    assert listed(page)[0] == "S04"
    assert len(listed(page)) == 2
    page.select_option("#refused select[name=code]", index=1)
    assert len(listed(page)) <= 2
    page.select_option("#refused select[name=rule]", "")
    page.select_option("#refused select[name=code]", "")
    page.click("#list-refused thead th:first-child [role=button]")
    days = page.locator("#list-refused tbody td:first-child").all()
    order = [str(one.get_attribute("data-order")) for one in days]
    assert len(order) == 25
    assert order == sorted(order)


def test_what_the_reader_chose_stays_when_the_language_changes(page: Page) -> None:
    page.select_option("#refused select[name=rule]", "fillings-per-tooth-and-year")
    before = listed(page)
    page.click("[data-speak=nl]")
    assert listed(page) == before
    page.fill("#refused .dt-search input", "S04")
    page.click("[data-speak=de]")
    assert listed(page) == ["S04"]


def test_without_scripts_the_page_reads_whole(browser: Browser, report: Path, refused: int) -> None:
    for page in opened(browser, report, java_script_enabled=False):
        assert page.locator("#list-refused tbody tr").count() == refused
        assert not page.is_visible(".languages")
        assert not page.is_visible(".filters >> nth=0")


def test_on_paper_every_row_and_figure_is_there(page: Page, refused: int) -> None:
    seen = page.evaluate(
        """() => {
          const rows = () => document.querySelectorAll("#list-refused tbody tr").length;
          const closed = () => document.querySelectorAll("details:not([open])").length;
          const count = () => [rows(), closed()];
          const before = count();
          window.dispatchEvent(new Event("beforeprint"));
          const printed = count();
          window.dispatchEvent(new Event("afterprint"));
          return [before, printed, count()];
        }"""
    )
    assert seen[1] == [refused, 0]
    assert seen[0] == seen[2] == [25, seen[0][1]]
    assert seen[0][1] > 0


def test_a_page_that_was_meddled_with_runs_nothing(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    meddled = tmp_path / "meddled.html"
    text = report.read_text(encoding="utf-8")
    meddled.write_text(
        text.replace("<main>", "<main><script>document.title = 'other'</script>", 1),
        encoding="utf-8",
    )
    context = browser.new_context()
    context.set_default_timeout(LONGEST)
    page = context.new_page()
    page.goto(meddled.as_uri())
    title = page.title()
    context.close()
    assert title != "other"
