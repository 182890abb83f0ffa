"""`conventio demo`: the main job on the shipped example, from nothing."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from conventio.cli.failures import Refused, put_in
from conventio.cli.options import AsJson, Force, Language, Shared
from conventio.cli.speech import refusal, say

ANSWERS = "out"
README = "README.md"
MARK = b"# Example\n\n**Synthetic.**"
"""How the README of every version of the example begins."""


def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to make.")] = Path(
        "conventio-demo"
    ),
    force: Force = False,
    shared: Shared = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Make the example folder, check it, and write its report."""
    from conventio.cli.check import Wishes, checked
    from conventio.cli.options import chosen_law
    from conventio.cli.screen import messages, print_json
    from conventio.cli.summary import print_summary
    from conventio.folder.write import output_folder

    if force and out.is_dir() and any(out.iterdir()) and not _is_example(out):
        raise Refused(refusal("no-example", folder=out))
    made = output_folder(out, force=force, written=_written, shared=shared, language=language)
    with put_in(language), made as new:
        for name, text in example().items():
            (new / name).write_bytes(text)
        wishes = Wishes(chosen_law(None, None), csv="plain", shared=shared, language=language)
        done = checked(new, new / ANSWERS, wishes)
    done = replace(done, out=out / ANSWERS)
    if as_json:
        print_json(done.account)
        return
    messages().print(f"{say('example', place=out)}\n", soft_wrap=True)
    print_summary(done)


def example() -> dict[str, bytes]:
    """The files of the shipped example."""
    shipped = files("conventio") / "example"
    return {
        file.name: file.read_bytes()
        for file in sorted(shipped.iterdir(), key=lambda file: file.name)
        if file.name == README or file.name.endswith(".csv")
    }


def _written(folder: Path) -> set[str]:
    """The files that this command wrote into a folder, by their paths in it."""
    from conventio.claims.output import written

    return {*example(), *(f"{ANSWERS}/{name}" for name in written(folder / ANSWERS))}


def _is_example(folder: Path) -> bool:
    """Whether a folder was made by this command."""
    readme = folder / README
    return readme.is_file() and readme.read_bytes().startswith(MARK)
