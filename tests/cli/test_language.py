"""Which language a command speaks: that of its option, of CONVENTIO_LANGUAGE, of the system."""

from __future__ import annotations

import pytest

from conventio.cli.speech import of_system
from tests.cli.run import conventio

SAYS = {
    "en": "found no folder of that name",
    "fr": "aucun dossier de ce nom",
    "nl": "geen map met die naam",
    "de": "kein Ordner dieses Namens",
}
SYSTEM = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG"), "")


def said(*words: str, **variables: str | None) -> str:
    """What is said of a folder that is not there."""
    env = {**SYSTEM, "CONVENTIO_LANGUAGE": "", **variables}
    ran = conventio("check", "nowhere", *words, env={k: v for k, v in env.items() if v is not None})
    assert ran.code == 2
    return ran.stderr


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "fr_BE"}, "fr"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "it_IT.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_BE.UTF-8", "LC_MESSAGES": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "fr_BE.UTF-8", "LC_MESSAGES": "nl_BE", "LC_ALL": "de_BE@euro"}, "de"),
        ({"LANG": "fr_BE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "nl_BE.UTF-8", "CONVENTIO_LANGUAGE": "de"}, "de"),
    ],
)
def test_the_environment_says_the_language(variables: dict[str, str], language: str) -> None:
    assert SAYS[language] in said(**variables)
    assert "CONVENTIO_LANGUAGE" in variables or of_system(variables) == language


def test_the_option_wins_over_the_environment() -> None:
    asked = said("--language", "fr", LANG="nl_BE.UTF-8", CONVENTIO_LANGUAGE="de")
    assert SAYS["fr"] in asked
    assert SAYS["en"] in said("--language", "en", CONVENTIO_LANGUAGE="de")


def test_a_language_that_nobody_speaks_is_told() -> None:
    told = said(CONVENTIO_LANGUAGE="klingon")
    assert told == (
        "CONVENTIO_LANGUAGE: found klingon, expected one of en, fr, nl, de. Set one of them, "
        "or none.\n"
    )
    assert "trouvé klingon" in said(CONVENTIO_LANGUAGE="klingon", LANG="fr_BE.UTF-8")


def test_options_are_refused_in_the_language() -> None:
    ran = conventio("law", "--known", "morgen", env={"CONVENTIO_LANGUAGE": "nl"})
    assert ran.code == 2
    assert "een datum zoals 2020-12-31 verwacht" in ran.stderr
