"""The options that several commands take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from conventio.cli.speech import refusal, say, spoken

if TYPE_CHECKING:
    from conventio.law import Law


def day(text: str) -> date:
    """A day as it is typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(refusal("no-day", found=repr(text))) from None


def size(text: str) -> int:
    """An amount of memory as it is typed, in bytes."""
    number, unit = text[:-2], text[-2:].upper()
    if len(number) < 7 and number.isdecimal() and int(number) > 0 and unit in UNITS:
        return int(number) * UNITS[unit]
    raise typer.BadParameter(refusal("no-size", found=repr(text)))


UNITS = {"MB": 10**6, "GB": 10**9}


def granted(asked: int | None) -> int | None:
    """The memory that a command takes of what is asked for, said where it is less.

    Raises Refused for more than the machine has.
    """
    if asked is None:
        return None
    from conventio.cli.failures import Refused
    from conventio.cli.screen import messages
    from conventio.folder import memory

    whole = memory.of_machine()
    if whole is not None and asked > whole:
        raise Refused(refusal("memory-beyond", asked=_gigabytes(asked), machine=_gigabytes(whole)))
    given = memory.bounded(asked)
    if given < asked:
        said = say("memory-bounded", asked=_gigabytes(asked), given=_gigabytes(given))
        messages().print(said, soft_wrap=True)
    return given


def _gigabytes(size: int) -> str:
    from conventio.wording.amounts import decimal

    return f"{decimal(size / UNITS['GB'], spoken.get())} GB"


def refuse_unreadable(values: Iterable[object]) -> None:
    """Take no text or path of an argument that is no UTF-8: nothing could be named by it.

    Raises Refused; so it does for a path that begins in a working directory that is gone.
    """
    from conventio.cli.failures import Refused

    for value in values:
        if isinstance(value, list):
            refuse_unreadable(value)
        elif isinstance(value, str | Path):
            try:
                str(value if isinstance(value, str) else value.absolute()).encode()
            except UnicodeEncodeError as error:
                key = "argument-no-utf8" if isinstance(value, str) else "path-no-utf8"
                raise Refused(refusal(key, text=error.object)) from None
            except FileNotFoundError:
                raise Refused(refusal("no-working-directory", path=value)) from None


Memory = Annotated[
    int | None,
    typer.Option(
        "--memory",
        parser=size,
        metavar="SIZE",
        help="Memory for the tables, as 8GB; more goes to the disk (default: what is free).",
    ),
]
Known = Annotated[
    date | None,
    typer.Option(
        "--known",
        parser=day,
        metavar="DATE",
        help="Use the law as it was published by this day (default: everything).",
    ),
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=day,
        metavar="DATE",
        help="The day of the check: later services are told (default: today).",
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


def _speak(context: typer.Context, language: str) -> str:
    """Speak the language that was asked for; without an option, that of the environment."""
    source = context.get_parameter_source("language")
    if source is not None and source.name == "DEFAULT":
        return spoken.get()
    spoken.set(language)
    return language


Language = Annotated[
    Literal["en", "fr", "nl", "de"],
    typer.Option(
        "--language",
        help="The language of what is said to people (default: CONVENTIO_LANGUAGE, else that of "
        "the system).",
        show_default=False,
        callback=_speak,
        is_eager=True,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier result.")]
Shared = Annotated[
    bool,
    typer.Option(
        "--shared", help="Let others read what is written, as the umask allows (default: only you)."
    ),
]


def chosen_law(folder: Path | None, known: date | None, added: Sequence[Path] | None = None) -> Law:
    """The law that the options ask for; LawError where a folder's law is wrong."""
    from conventio.cli.failures import Refused
    from conventio.law import read, shipped
    from conventio.law.read import SHIPPED

    given = [] if folder is None else [("--law", folder)]
    given += [("--with-law", one) for one in added or ()]
    for option, one in given:
        if not one.is_dir():
            raise Refused(refusal("no-law", folder=one, option=option))
    if folder is None and not added:
        return shipped().known(known)
    return read(folder or SHIPPED, *added or ()).known(known)


LONGEST_HEADER = 10_000
"""Characters in the first line of a list that is replaced; one of ours has far fewer."""


def regular(file: Path) -> None:
    """Whether a file is one that ends: raises Refused for a device, a pipe or a socket."""
    from conventio.cli.failures import Refused

    if file.exists() and not file.is_file() and not file.is_dir():
        raise Refused(refusal("no-regular-file", file=file))


def only_earlier(file: Path, header: Sequence[str], option: str, otherwise: str) -> None:
    """Let a file be replaced only by another of its kind, known by its header.

    Raises Refused; what is said of a file of another kind is the sentence of `otherwise`.
    """
    from conventio.cli.failures import Refused

    if file.is_dir() or not file.parent.is_dir():
        raise Refused(refusal("not-writable", file=file, option=option))
    if file.exists():
        regular(file)
        with file.open(encoding="utf-8", errors="replace") as stream:
            found = stream.readline(LONGEST_HEADER).strip()
        if found != ",".join(header):
            raise Refused(refusal(otherwise, file=file))
