from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from markupsafe import Markup

from conventio.pages import table_widget
from conventio.pages.languages import InAll, Speaker, Texts, script_json
from conventio.wording.catalogue import LANGUAGES

BOTH = InAll(["a<b", "c&d", "e", "f"])
ALIKE = InAll(["same"] * 4)


def test_a_speaker_says_a_sentence_in_every_language_with_facts_in_that_language() -> None:
    speaker = Speaker("report")
    said = speaker.say("totals.not_known", services=speaker.number(1234))
    assert len(said) == len(LANGUAGES)
    assert "not known for 1,234" in said.in_language("en")
    assert "inconnu pour 1\u202f234" in said.in_language("fr")
    assert speaker.amount(Decimal("1.50")).in_language("nl") == "€\xa01,50"


def test_what_one_language_cannot_say_is_not_said() -> None:
    speaker = Speaker("report")
    assert speaker.perhaps(lambda manner: None if manner.language == "de" else "x") is None
    assert speaker.perhaps(lambda manner: manner.language) == InAll(LANGUAGES)


def test_a_text_that_differs_is_marked_and_kept_once() -> None:
    texts = Texts("fr")
    assert texts.shown(BOTH) == Markup('<span data-t="0">c&amp;d</span>')
    assert texts.mark(BOTH) == ' data-t="0"'
    assert texts.attribute("aria-label", BOTH) == ' aria-label="c&amp;d" data-t-aria-label="0"'
    assert texts.shown(InAll("abcd")) == '<span data-t="1">b</span>'
    assert json.loads(texts.as_json()) == {
        language: [BOTH[place], "abcd"[place]] for place, language in enumerate(LANGUAGES)
    }


def test_a_text_that_is_the_same_everywhere_is_not_marked() -> None:
    texts = Texts("de")
    assert texts.shown(ALIKE) == "same"
    assert texts.mark(ALIKE) == ""
    assert texts.attribute("lang", ALIKE) == ' lang="same"'
    assert json.loads(texts.as_json()) == {language: [] for language in LANGUAGES}


def test_what_is_no_text_passes_as_it_is() -> None:
    texts = Texts("en")
    assert texts.shown(5) == 5
    assert texts.shown(Markup("<b>")) == Markup("<b>")


def test_json_ends_no_script() -> None:
    text = "</script><!-- & <script>"
    assert not set("<>&") & set(script_json([text]))
    assert json.loads(script_json([text])) == [text]


def test_the_library_of_lists_may_stand_in_a_script() -> None:
    text = table_widget.module("const own = DataTable;")
    assert text.endswith("\nconst own = DataTable;")
    assert "<!--" not in text
    assert "</script" not in text
    assert "export{" not in text
    assert "DataTables" in text, "its licence stays with it"


def test_a_library_that_is_another_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_widget, "_EXPORTS", re.compile("no such (export)"))
    table_widget.module.cache_clear()
    with pytest.raises(LookupError, match="itables"):
        table_widget.module("")
    table_widget.module.cache_clear()
