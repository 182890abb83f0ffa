"""`conventio compute`: one provision worked out."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from conventio.cli.options import AddedLaw, AsJson, Known, LawFolder, chosen_law, day

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
    as_json: AsJson = False,
) -> None:
    """Work one provision out: a formula, or a rule on one service with its history."""
    from conventio.claims import compute as computing
    from conventio.cli.failures import Refused
    from conventio.cli.screen import print_json

    used = chosen_law(law, known, with_law)
    try:
        if describe:
            print_json(computing.describe(used, provision))
            return
        answer = computing.compute(used, provision, _values(given or []), on)
    except computing.NotComputed as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json(asdict(answer))
    else:
        _print(answer)


def _values(given: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"found {one!r}, expected NAME=VALUE")
        if name in values:
            raise typer.BadParameter(f"{name} is given twice")
        values[name] = _value(name, text)
    return values


def _value(name: str, text: str) -> Any:
    """JSON, with exact numbers; a word that is no JSON is a text."""
    if text.startswith("@"):
        path = Path(text[1:])
        if not path.is_file():
            raise typer.BadParameter(f"{name}: found no file {path}")
        try:
            return json.loads(path.read_text(encoding="utf-8"), parse_float=str)
        except ValueError as error:
            raise typer.BadParameter(f"{name}: {path} is no JSON ({error})") from None
    try:
        return json.loads(text, parse_float=str)
    except ValueError:
        if text[:1] in ("{", "["):
            raise typer.BadParameter(f"{name}: found {text!r}, expected JSON") from None
        return text


def _print(answer: Any) -> None:
    from conventio.cli.screen import results

    console = results()
    if isinstance(answer.value, dict) and "outcome" in answer.value:
        console.print(f"{answer.provision}: {answer.value['outcome']}", style="bold")
        for finding in answer.value["findings"]:
            console.print(f"  {finding['severity']}: {finding['message']} ({finding['provision']})")
        for rule in answer.value["not_run"]:
            console.print(f"  not asked: {rule['rule']} needs {rule['missing']}")
    elif is_dataclass(answer.value) and not isinstance(answer.value, type):
        console.print(f"{answer.provision}", style="bold")
        for name, value in asdict(answer.value).items():
            console.print(f"  {name}: {value}")
    elif isinstance(answer.value, dict):
        console.print(answer.provision, style="bold")
        for name, value in answer.value.items():
            for one in value if isinstance(value, list) else [value]:
                console.print(f"  {name}: {_plain(one)}")
    else:
        unit = f" {answer.unit}" if answer.unit else ""
        console.print(f"{answer.provision}: {answer.value}{unit}", style="bold")
    console.print(
        f"  law {answer.law}, on {answer.on or 'any day'}; cites {', '.join(answer.cites)}"
    )
    for gap in answer.gaps:
        console.print(f"  open: {' '.join(gap['open'].split())}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not given" if value is None else str(value)
