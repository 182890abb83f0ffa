"""The options that several commands take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from conventio.law import Law


def day(text: str) -> date:
    """A day as it is typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"found {text!r}, expected a date such as 2020-12-31") from None


Known = Annotated[
    date | None,
    typer.Option(
        "--known",
        parser=day,
        metavar="DATE",
        help="Use the law as it was published by this day (default: everything).",
    ),
]
LawFolder = Annotated[
    Path | None,
    typer.Option("--law", metavar="DIR", help="Use the law of this folder, not the shipped one."),
]
AddedLaw = Annotated[
    list[Path] | None,
    typer.Option(
        "--with-law",
        metavar="DIR",
        help="Add the law of this folder: conditions and data of your own. May be repeated.",
    ),
]
Language = Annotated[
    Literal["en", "fr", "nl", "de"],
    typer.Option("--language", help="The language of what is said to people."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier result.")]


def chosen_law(folder: Path | None, known: date | None, added: Sequence[Path] | None = None) -> Law:
    """The law that the options ask for; LawError where a folder's law is wrong."""
    from conventio.cli.failures import Refused
    from conventio.law import read, shipped
    from conventio.law.read import SHIPPED

    given = [] if folder is None else [("--law", folder)]
    given += [("--with-law", one) for one in added or ()]
    for option, one in given:
        if not one.is_dir():
            raise Refused(f"{one}: no folder of that name; {option} takes a folder of law")
    if folder is None and not added:
        return shipped().known(known)
    return read(folder or SHIPPED, *added or ()).known(known)
