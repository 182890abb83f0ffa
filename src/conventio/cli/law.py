"""`conventio law`: the provisions, one of them, a source, a code, the reasons, the gaps."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from conventio.cli.failures import Refused
from conventio.cli.options import AddedLaw, AsJson, Known, Language, LawFolder, chosen_law
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.law import Law

REASONS = "reasons"


def law(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A provision (nomenclature-6/4bis-3), a source (dental-2009), a code "
            "(304371), or `reasons` (default: all provisions).",
        ),
    ] = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="What the sources leave open, and how it is treated.")
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage",
            help="The articles that rules are held for, how many codes have rules, and what of "
            "the codes is not known.",
        ),
    ] = False,
    codes: Annotated[
        bool, typer.Option("--codes", help="With --coverage: every code with its rules.")
    ] = False,
    known: Known = None,
    folder: LawFolder = None,
    with_law: AddedLaw = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Show provisions, sources, codes, reasons and gaps."""
    from conventio.cli import law_coverage, law_facts, law_print, screen

    used = chosen_law(folder, known, with_law)
    if coverage:
        covered = law_coverage.facts(used)
        if as_json:
            screen.print_json(covered)
        else:
            law_coverage.show(covered, language, every_code=codes)
    elif gaps:
        open_points = law_facts.gaps(used, _owner(used, name))
        if as_json:
            screen.print_json(open_points)
        else:
            law_print.gaps(law_print.Said(used, language), open_points)
    elif name == REASONS:
        reasons = law_facts.reasons(used)
        if as_json:
            screen.print_json(reasons)
        else:
            law_print.reasons(reasons)
    elif name is None or name in used.sources:
        listed = law_facts.provisions(used, name)
        if as_json:
            screen.print_json(listed)
        else:
            law_print.provisions(law_print.Said(used, language), listed)
    elif name in used.provisions:
        provision = law_facts.provision(used, used.provisions[name])
        if as_json:
            screen.print_json(provision)
        else:
            law_print.provision(law_print.Said(used, language), provision)
    elif name in used.nomenclature:
        code = law_facts.code(used, used.nomenclature[name])
        if as_json:
            screen.print_json(code)
        else:
            law_print.code(code)
    else:
        raise Refused(_unknown(used, name))


def _owner(used: Law, name: str | None) -> str | None:
    """The source or provision whose gaps are asked for."""
    if name is None or name in used.sources or name in used.provisions:
        return name
    raise Refused(_unknown(used, name))


def _unknown(used: Law, name: str) -> str:
    """Why nothing of that name is shown, and what may have been meant."""
    if name.isascii() and name.isdigit() and len(name) == 6:
        return _unknown_code(used, name)
    names = [*used.sources, *used.provisions, REASONS]
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    close = close or [one for one in names if name.lower() in one.lower()][:3]
    near = refusal("near", near=", ".join(close)) if close else ""
    if used.as_known_by:
        return refusal("no-such-law-then", name=name, known=used.as_known_by, near=near)
    return refusal("no-such-law", name=name, near=near)


def _unknown_code(used: Law, code: str) -> str:
    from conventio.law.nomenclature import check_digit

    if code[5] != check_digit(code[:5]):
        return refusal("no-such-digit", code=code, digit=check_digit(code[:5]))
    return refusal("code-not-known", code=code, known=len(used.nomenclature))
