"""`conventio compute`: one provision worked out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conventio.cli.options import AddedLaw, AsJson, Known, Language, LawFolder, chosen_law, day
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.law import Law
    from conventio.wording.catalogue import Catalogue
    from conventio.wording.manner import ForPeople

SHOWN = 200
"""Characters of a value that are shown where it can't be read."""
LONGEST = 18
"""Digits of a whole number that are read as one."""

On = Annotated[
    date | None,
    typer.Option("--on", parser=day, metavar="DATE", help="The day whose law is used."),
]


def compute(
    provision: Annotated[str, typer.Argument(metavar="ID", help="A provision.")],
    given: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE", help="What it asks: JSON, or @FILE with JSON."),
    ] = None,
    on: On = None,
    describe: Annotated[
        bool, typer.Option("--describe", help="Print what it asks, as JSON schema.")
    ] = False,
    known: Known = None,
    law: LawFolder = None,
    with_law: AddedLaw = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Work one provision out: a formula, or a rule on one service with its history."""
    from conventio.claims import compute as computing
    from conventio.cli.failures import Refused, put_in
    from conventio.cli.screen import print_json
    from conventio.wording.manner import ForPeople

    used = chosen_law(law, known, with_law)
    try:
        if describe:
            print_json(computing.describe(used, provision))
            return
        manner = None if as_json else ForPeople(language)
        with put_in(language):
            answer = computing.compute(used, provision, _values(given or []), on, manner=manner)
    except computing.NotComputed as error:
        raise Refused(error.message(language)) from None
    if manner is None:
        print_json(asdict(answer))
    else:
        _print(answer, used, manner)


def _values(given: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter(refusal("no-pair", found=repr(one)))
        if name in values:
            raise typer.BadParameter(refusal("given-twice", name=name))
        values[name] = _value(name, text)
    return values


def _value(name: str, text: str) -> Any:
    """JSON, with exact numbers; a word that is no JSON is a text."""
    if text.startswith("@"):
        path = Path(text[1:])
        if not path.is_file():
            raise typer.BadParameter(refusal("no-file", name=name, file=path))
        try:
            return _parsed(path.read_text(encoding="utf-8"))
        except ValueError as error:
            said = refusal("no-json", name=name, found=path, error=error)
            raise typer.BadParameter(said) from None
    try:
        return _parsed(text)
    except ValueError as error:
        if text[:1] in ("{", "["):
            said = refusal("broken-json", name=name, found=repr(text[:SHOWN]), error=error)
            raise typer.BadParameter(said) from None
        return text


def _parsed(text: str) -> Any:
    """What a JSON text says, its numbers exact; ValueError where that is not clear."""
    try:
        value = json.loads(text, parse_float=str, parse_int=_whole, object_pairs_hook=_members)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("half of a pair that stands for a letter") from None
    return value


def _whole(digits: str) -> int | str:
    """A whole number; one that is far too long for one stays as it stands."""
    return int(digits) if len(digits) <= LONGEST else digits


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"given twice: {', '.join(twice)}")
    return members


def _print(answer: Any, used: Law, manner: ForPeople) -> None:
    from conventio.cli.screen import results
    from conventio.wording.catalogue import Catalogue

    console, words = results(), Catalogue.read(manner.language, "computing")
    title, *lines = _lines(answer, words, manner)
    console.print(title, style="bold")
    for line in lines:
        console.print(f"  {line}")
    on = answer.on or words.say("any-day")
    cites = ", ".join(answer.cites)
    based_on = words.say("based-on", law=answer.law, day=on, cites=cites)
    gaps = _left_open(answer, used, manner)
    english = (
        manner.language != "en" and manner.left_open(used.provisions[answer.provision]) is None
    )
    key = "open-english" if english else "open"
    for line in (based_on, *(words.say(key, says=" ".join(gap.split())) for gap in gaps)):
        console.print(f"  {line}")


def _lines(answer: Any, words: Catalogue, manner: ForPeople) -> Iterator[str]:
    """What the answer is, line by line."""
    from conventio.wording.catalogue import Catalogue

    value = answer.value
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if not isinstance(value, dict):
        unit = f" {answer.unit}" if answer.unit else ""
        yield f"{answer.provision}: {value}{unit}"
    elif "outcome" in value:
        said = Catalogue.read(manner.language, "report")
        outcome = said.say(f"outcome.{value['outcome']}")
        yield f"{answer.provision}: {outcome}"
        for one in value["findings"]:
            severity = said.say(f"severity.{one['severity']}")
            facts = {"message": one["message"], "provision": one["provision"]}
            yield words.say("said", severity=severity, **facts)
        for rule in value["not_run"]:
            yield words.say("rule-not-asked", rule=rule["rule"], missing=rule["missing"])
    else:
        yield answer.provision
        for name, part in value.items():
            for one in part if isinstance(part, list) else [part]:
                yield f"{name}: {_plain(one, words, manner)}"


def _left_open(answer: Any, used: Law, manner: ForPeople) -> list[str]:
    """What the provision leaves open, in the reader's language where there is a sentence for it."""
    provision = used.provisions[answer.provision]
    translated = None if manner.language == "en" else manner.left_open(provision)
    return [translated] if translated else [gap["open"] for gap in answer.gaps]


def _plain(value: Any, words: Catalogue, manner: ForPeople) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one, words, manner)}" for name, one in value.items())
    if isinstance(value, bool):
        return manner.value("true" if value else "false")
    return words.say("not-given") if value is None else str(value)
