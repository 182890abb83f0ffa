"""`conventio explain`: why a decided service came out so."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conventio.cli.given import Given, Tables, look, read
from conventio.cli.options import AddedLaw, AsJson, AsOf, Known, Language, LawFolder, chosen_law
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.claims.explain import Explanation, Finding, UnknownService

STYLES = {"head": "bold", "refuse": "red", "unchecked": "yellow", "warn": "cyan", "fits": "green"}


def explain(
    folder: Given,
    service_id: Annotated[str, typer.Argument(metavar="SERVICE_ID", help="The service.")],
    tables: Tables = None,
    as_of: AsOf = None,
    known: Known = None,
    law: LawFolder = None,
    with_law: AddedLaw = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Say step by step why a service was decided as it was, with the law."""
    from conventio.claims import explain as explaining
    from conventio.cli.failures import Refused, put_in
    from conventio.cli.screen import print_json, results
    from conventio.folder.engine import DuckDB
    from conventio.pages.explanation import lines

    look(folder, tables)
    used = chosen_law(law, known, with_law)
    with DuckDB() as engine:
        engine.confine(folder, *([tables] if tables else []))
        with put_in(language):
            present = read(engine, folder, tables=tables, language=language).present
        try:
            explanation = explaining.explain(engine, used, present, service_id, as_of=as_of)
        except explaining.UnknownService as error:
            raise Refused(_unknown(folder, error)) from None
    if as_json:
        print_json(_as_data(explanation))
        return
    console = results()
    for line in lines(explanation, language):
        if line.tone == "head":
            console.print()
        console.print("  " * line.depth + line.text, style=STYLES.get(line.tone), soft_wrap=True)


def _unknown(folder: Path, error: UnknownService) -> str:
    facts = {"folder": folder, "service": repr(error.service_id)}
    if error.history:
        return refusal("service-is-history", **facts)
    near = refusal("near", near=", ".join(map(repr, error.near))) if error.near else ""
    return refusal("unknown-service", near=near, **facts)


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in vars(finding).items() if name != "facts"}


def _as_data(explanation: Explanation) -> dict[str, Any]:
    code = explanation.code
    return {
        "service": dict(explanation.service),
        "code": None if code is None else {**vars(code)},
        "place": explanation.place,
        "of": explanation.of,
        "decision": dict(explanation.decision),
        "rules": [
            {
                "rule": step.rule.rule,
                "kind": step.rule.kind,
                "provision": step.rule.provision,
                "says": step.severity or "fits",
                "findings": [_finding(finding) for finding in step.findings],
                "before": [
                    {
                        **vars(rival),
                        "refused_by": [_finding(finding) for finding in rival.refused_by],
                    }
                    for rival in step.rivals
                ],
            }
            for step in explanation.steps
        ],
        "not_asked": [asdict(one) for one in explanation.not_asked],
        "law": explanation.law.version,
    }
