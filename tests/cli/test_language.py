"""Which language a command speaks: that of its option, of CONVENTIO_LANGUAGE, of the system."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from conventio.cli import usage
from conventio.cli.app import app
from conventio.cli.speech import of_system, typed
from conventio.wording.catalogue import LANGUAGES, Catalogue
from tests.cli.run import conventio, example_in

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


# --- help and errors of usage

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
HELPS = {"en": "Usage:", "fr": "Utilisation :", "nl": "Gebruik:", "de": "Aufruf:"}


def helps() -> dict[str, str]:
    """The help of the program, of its commands and of their parameters, by their keys."""
    group = typer.main.get_command(app)
    words = {"conventio": str(group.help), "epilog": str(group.epilog)}
    for name, one in {"conventio": group, **group.commands}.items():  # type: ignore[attr-defined]
        words[name] = str(one.help)
        for parameter in one.params:
            words[f"{name}.{parameter.name}"] = parameter.help
    return words


def unbroken(text: str) -> str:
    """A text without the ends of its lines, which may come after a hyphen."""
    return " ".join(text.split()).replace("- ", "-")


def test_the_catalogue_in_english_says_what_the_commands_say() -> None:
    said = {key: text for key, text in helps().items() if text}
    words = Catalogue.read("en", "help")
    known = {key: words.get(key) or words.get(f"option.{key.rpartition('.')[2]}") for key in said}
    assert known == said
    shared = {f"option.{key.rpartition('.')[2]}" for key in said} | {"option.help"}
    assert words.keys() - set(said) <= shared


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_the_language(command: str, language: str) -> None:
    env = {**SYSTEM, "CONVENTIO_LANGUAGE": language}
    shown = conventio(*command.split(), "--help", env=env)
    text = unbroken(shown.stdout)
    words = Catalogue.read(language, "help")
    assert shown.code == 0
    assert text.startswith(HELPS[language])
    assert unbroken(words.sentence(command or "conventio")) in text
    assert words.sentence("option.help") in text
    english = Catalogue.read("en", "help")
    for key in words.keys():  # noqa: SIM118
        ours = key.startswith((f"{command}.", "option."))
        if language != "en" and ours and words.sentence(key) != english.sentence(key):
            assert unbroken(english.sentence(key)) not in text, key


def test_help_is_in_the_language_that_is_typed() -> None:
    for words in (("--language", "nl", "--help"), ("--help", "--language=nl")):
        shown = conventio("check", *words, env={**SYSTEM, "CONVENTIO_LANGUAGE": "fr"})
        assert "Gebruik: " in shown.stdout
        assert "Argumenten:" in shown.stdout
        assert "[verplicht]" in shown.stdout
        assert "[standaard: duckdb]" in shown.stdout
    alone = conventio(env={**SYSTEM, "LANG": "de_BE.UTF-8", "CONVENTIO_LANGUAGE": ""})
    assert "Befehle:" in alone.stdout + alone.stderr


TYPED = {
    ("chekc",): "no-command-near",
    ("xyzzy",): "no-command",
    ("check",): "missing-argument",
    ("generate", "x"): "missing-option",
    ("check", "x", "--outt", "y"): "no-option-near",
    ("check", "x", "--qqq"): "no-option",
    ("law", "--known"): "takes-one",
    ("law", "--gaps=3"): "takes-none",
    ("law", "a", "b"): "too-many",
    ("check", "x", "--engine", "steam"): "none-of",
    ("generate", "x", "--services", "many", "--seed", "1"): "no-number",
    ("generate", "x", "--services", "-1", "--seed", "1"): "too-small",
}
"""What is typed wrongly, and what is said of it."""


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
@pytest.mark.parametrize("words", TYPED, ids=" ".join)
def test_what_is_typed_wrongly_is_told_in_the_language(
    words: tuple[str, ...], language: str
) -> None:
    ran = conventio(*words, env={**SYSTEM, "CONVENTIO_LANGUAGE": language})
    assert (ran.code, ran.stdout) == (2, "")
    sentence = Catalogue.read(language, "usage").sentence(TYPED[words])
    parts = [part for part in sentence.replace("}", "{").split("{")[::2] if part.strip()]
    assert all(part in ran.stderr for part in parts), (sentence, ran.stderr)
    assert HELPS[language] in ran.stderr or TYPED[words].startswith("takes")
    english = conventio(*words, env={**SYSTEM, "CONVENTIO_LANGUAGE": "en"})
    assert english.stderr.splitlines()[-1] not in ran.stderr


def test_what_steers_a_terminal_is_written_out_in_every_language() -> None:
    ran = conventio("check", "--\x1b[2J", env={**SYSTEM, "CONVENTIO_LANGUAGE": "nl"})
    assert "\x1b" not in ran.stderr
    assert "\\x1b[2J" in ran.stderr


def test_a_sentence_that_is_not_known_stays_as_it_is() -> None:
    assert usage.told("Something that the library says one day.") == (
        "Something that the library says one day."
    )


def test_the_catalogue_has_a_sentence_for_each_that_is_known() -> None:
    own = {"usage", "try", "error", "arguments", "options", "commands"}
    assert Catalogue.read("en", "usage").keys() == {*usage.KNOWN, *own}


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (["check", "x", "--language", "nl"], "nl"),
        (["--language=de", "check"], "de"),
        (["check", "--language", "it"], None),
        (["check", "--language"], None),
        (["check", "nl"], None),
    ],
)
def test_the_language_is_heard_before_the_rest(words: list[str], language: str | None) -> None:
    assert typed(words) == language


# --- the label of a code


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Label, in French: obturation, 1 face"),
        ("fr", "Libellé : obturation, 1 face"),
        ("nl", "Omschrijving: vulling, 1 vlak"),
        ("de", "Bezeichnung, auf Französisch: obturation, 1 face"),
    ],
)
def test_a_label_is_in_the_language_or_says_in_which_it_is(
    language: str, said: str, tmp_path: Path
) -> None:
    folder = example_in(tmp_path / "folder")
    assert said in conventio("explain", folder, "S14", "--language", language).stdout


def test_the_report_says_in_which_language_a_label_is(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    assert conventio("check", folder, "--language", "de").code == 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "obturation, 1 face</span><span" in page
    assert "> (auf Französisch)</span>" in page
    assert "Höchstzahl 2 Mal" in page


# --- the law


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Our reading: it holds until the end of 2012."),
        ("fr", "Traitement : Notre lecture : jusqu'à la fin de 2012."),
        ("nl", "Behandeling: Onze lezing: tot eind 2012."),
        ("de", "Behandlung: Unsere Lesart: bis Ende 2012."),
    ],
)
def test_what_is_left_open_is_told_in_the_language(language: str, said: str) -> None:
    for words in (("--gaps",), ("dental-2009/5.1", "--gaps"), ("dental-2009/5.1",)):
        shown = conventio("law", *words, "--language", language)
        assert said in " ".join(shown.stdout.split())
        assert (language == "en") == ("The four years" in shown.stdout)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("twice a year per tooth", "asks: At most 2 fillings", "In force".lower())),
        ("fr", ("deux fois", "demande : Au plus 2 obturations", "en vigueur")),
        ("nl", ("tweemaal", "vraagt: Per tand en per kalenderjaar worden", "van kracht")),
        ("de", ("zweimal", "verlangt: Je Zahn und Kalenderjahr werden", "in Kraft")),
    ],
)
def test_a_provision_is_told_in_the_language(language: str, said: tuple[str, ...]) -> None:
    one = " ".join(conventio("law", "nomenclature-6/4bis-3", "--language", language).stdout.split())
    listed = conventio("law", "nomenclature-6", "--language", language).stdout
    assert all(part in one for part in said), one
    assert said[-1] in listed


def test_the_law_for_programs_is_the_same_in_every_language() -> None:
    ones = {
        conventio("law", "nomenclature-6/4bis-3", "--json", "--language", language).stdout
        for language in LANGUAGES
    }
    assert len(ones) == 1
