"""The pages of the law are what its data and its cases give."""

import pytest
from docs import law_pages

from conventio.law import shipped

PAGES = law_pages.pages()
HINT = "run `python3 dev.py law-page`"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_data_gives(name: str) -> None:
    file = law_pages.FOLDER / name
    assert file.is_file(), HINT
    assert file.read_text(encoding="utf-8") == PAGES[name], HINT


def test_there_is_no_other_page() -> None:
    assert {file.name for file in law_pages.FOLDER.iterdir()} == set(PAGES), HINT


@pytest.mark.parametrize("provision", list(shipped().provisions))
def test_a_provision_is_on_the_page_of_its_source(provision: str) -> None:
    one = shipped().provisions[provision]
    page = PAGES[f"{one.source}.md"]
    assert page.count(f"({provision})=\n") == 1
    for value in one.values:
        assert f"| `{value.name}` |" in page


def test_every_rule_is_shown_with_an_accepted_and_a_refused_service() -> None:
    told = law_pages.by_provision()
    for rule in shipped().entries:
        counted = [numbers for _, numbers in told[rule.provision]]
        assert any(one["refuse"] + one["unchecked"] + one["warn"] for one in counted), rule.rule
