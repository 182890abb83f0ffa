"""The command `conventio`: its commands, each in a file of its own, and how they end."""

from __future__ import annotations

import gc
import sys
from itertools import zip_longest
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from conventio.cli import (
    check,
    compute,
    demo,
    dictionary,
    explain,
    generate,
    law,
    register,
    template,
)
from conventio.cli.failures import Refused, ended, leave_if_stopped, stop_when_told, tamed
from conventio.cli.options import refuse_unreadable
from conventio.cli.plain import make_readable
from conventio.cli.speech import ASKED, of_environment, refusal, spoken, typed, unknown_language
from conventio.wording.catalogue import LANGUAGES


class Helping:
    """What helps in the language that is spoken; in English, as the library does."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is used."""
        if spoken.get() == "en":
            super().format_usage(ctx, formatter)  # type: ignore[misc]
        else:
            from conventio.cli import usage

            usage.write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write its help."""
        if spoken.get() != "en":
            from conventio.cli import usage

            usage.speak(self, ctx, formatter)
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(Helping, TyperCommand):
    """A command that ends soon when it is told to."""

    def invoke(self, ctx: Any) -> Any:
        """Run it; what it was told before is heard now that its language is known."""
        if ctx.obj is not None:
            stop_when_told(ctx.obj)
        refuse_unreadable(ctx.params.values())
        return super().invoke(ctx)


class CheckCommand(Command):
    """The command `check`, whose option `--csv` may stand without its form: the plain one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Write out the form that is meant, so that what follows is not taken for one."""
        forms = get_args(check.CsvForm)
        meant = [
            f"--csv={forms[0]}" if word == "--csv" and after not in forms else word
            for word, after in zip_longest(args, args[1:])
        ]
        return super().parse_args(ctx, meant)


class Commands(Helping, TyperGroup):
    """The commands, which end with 0, 1 or 2 and never with a traceback that nobody asked for."""

    _typed: str | None = None
    """The language that was typed, before anything else is read of it."""

    def make_context(self, info_name: Any, args: list[str], *words: Any, **how: Any) -> Any:
        """Read what was typed; nothing of it steers the terminal that it is told on."""
        self._typed = typed(args)
        spoken.set(self._typed or of_environment())
        try:
            return super().make_context(info_name, args, *words, **how)
        except Exception as error:
            raise tamed(error) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command; whatever it raises becomes a message and an exit code."""
        if (write := sys.modules.get("conventio.folder.write")) is not None:
            write.placed.clear()  # by an earlier command of this process
        try:
            self._listen()
            return super().invoke(ctx)
        except (typer.Exit, SystemExit):
            raise
        except BaseException as error:
            raise typer.Exit(ended(error, debug=bool(ctx.params.get("debug")))) from error

    def _listen(self) -> None:
        """Speak the language that is asked for; raises Refused where nobody speaks it."""
        if self._typed is None and (unknown := unknown_language()) is not None:
            known = ", ".join(LANGUAGES)
            raise Refused(refusal("language", name=ASKED, found=unknown, languages=known))


app = typer.Typer(
    cls=Commands,
    help="Belgian care attestations, checked, priced and explained from the law as data.",
    epilog="Exit codes: 0 done, 2 unusable input (nothing written), 1 a failure of conventio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    demo.demo,
    check.check,
    explain.explain,
    template.template,
    dictionary.dictionary,
    law.law,
    compute.compute,
    register.register,
    generate.generate,
):
    app.command(cls=CheckCommand if command is check.check else Command)(command)


def _version(asked: bool) -> None:
    if asked:
        from conventio import __version__

        typer.echo(f"conventio {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="CONVENTIO_DEBUG", help="On a failure, show where it was."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main(early: list[int] | None = None) -> None:
    """Run the command that was typed, and leave with its exit code.

    `early` has the signals that told the program to end before it could hear them, and takes more.
    """
    told = [] if early is None else early
    make_readable()
    # Nearly all that a command makes stays until it ends: garbage is looked for less often.
    gc.set_threshold(50_000, 50, 100)
    try:
        app(prog_name="conventio", obj=told)
    finally:
        leave_if_stopped(told)
