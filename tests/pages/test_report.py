from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.read import read_folder
from conventio.law import shipped
from conventio.pages import report
from conventio.pages.figures import figures
from conventio.wording.catalogue import Catalogue
from tests.cli.run import example_in

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page, with a check that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(folder: Path, path: Path) -> str:
    with DuckDB() as engine:
        read = read_folder(engine, folder)
        decided = decide(engine, shipped(), read.present)
        report.write(engine, decided, read, figures(engine), path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_in(tmp_path_factory.mktemp("report") / "folder")


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return written(folder, folder / "report.html")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_is_whole_and_needs_nothing_else(page: Page) -> None:
    assert page.open == []
    assert {tag for tag, _ in page.elements} & {"script", "img", "link", "iframe"} == set()
    assert [one for one in page.all("a") if not str(one["href"]).startswith("#")] == []


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


def test_a_refusal_stands_beside_its_evidence_and_its_provision(text: str) -> None:
    case = text[text.index("<h3>S04 ") : text.index("<h3>S06 ")]
    assert "Evidence: S02" in case
    assert "Evidence: S03" in case
    assert '<a href="#nomenclature-6/4bis-3">' in case
    assert shipped().provisions["nomenclature-6/4bis-3"].says in text


def test_what_is_left_open_is_shown_where_it_was_used(text: str) -> None:
    law = shipped()
    assert law.provisions["nomenclature-6/4bis-3"].gaps[0].treatment in text
    assert law.provisions["dental-2009/9-2"].gaps[0].treatment not in text


def test_the_inputs_are_named_with_their_hashes(text: str, folder: Path) -> None:
    from hashlib import sha256

    assert sha256((folder / "services.csv").read_bytes()).hexdigest() in text
    assert shipped().version in text


def test_the_same_input_gives_the_same_page(text: str, folder: Path, tmp_path: Path) -> None:
    assert written(folder, tmp_path / "again.html") == text


def test_what_the_tables_hold_is_text_and_no_markup(folder: Path, tmp_path: Path) -> None:
    other = example_in(tmp_path / "folder")
    services = other / "services.csv"
    services.write_text(
        services.read_text(encoding="utf-8").replace("S04,", "<b>S04</b>,"), encoding="utf-8"
    )
    text = written(other, tmp_path / "report.html")
    assert "<b>S04" not in text
    assert "&lt;b&gt;S04" in text


def test_a_long_report_says_what_it_leaves_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "SHOWN", 3)
    text = written(folder, tmp_path / "short.html")
    refused = text[text.index('id="refused"') : text.index('id="unchecked"')]
    assert refused.count("<article") == 3
    assert "The first 3 of" in refused


def test_an_empty_folder_has_a_report(tmp_path: Path) -> None:
    columns = "service_id,attestation_id,patient_id,practitioner,performed_at,code\n"
    (tmp_path / "services.csv").write_text(columns, encoding="utf-8")
    page = Page(written(tmp_path, tmp_path / "report.html"))
    assert page.open == []


def test_every_sentence_is_used() -> None:
    template = Path(report.__file__).parent / "templates" / "report.html.j2"
    source = template.read_text(encoding="utf-8") + Path(report.__file__).read_text("utf-8")
    words = Catalogue.read("en", "report")
    made_up = ("outcome.", "severity.", "totals.", "service.")
    unused = {
        key
        for key in words.keys()  # noqa: SIM118
        if key not in source and not key.startswith(made_up) and not key.endswith(".heading")
    }
    assert unused <= {"refused.nothing", "unchecked.nothing"}
