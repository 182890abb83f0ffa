"""A service stands if a title that its practitioner holds that day permits it."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import PERMITS, REFUSING, TITLES, codes_of
from conventio.claims.kinds.shape import CaseName, Column, Severity, on_its_day, place_of
from conventio.law.rules import OnlyByTitle

KIND = "only-by-title"
SEVERITIES: Mapping[CaseName, Severity] = {
    "not-permitted": "refuse",
    "no-valid-title": "refuse",
    "unchecked": "unchecked",
    "unsettled": "warn",
}


def needs(rule: OnlyByTitle) -> list[Column]:
    """The titles."""
    return [("titles", "title")]


def unsettled(services: ir.Table) -> ir.Table:
    """row, entry, practitioner, code, performed_on: the services that no title plainly permits."""
    concerned = _concerned(services)
    settled = PERMITS.filter(~PERMITS.unsettled).select("entry", "title", "code")
    permitted = TITLES.join(settled, "title")
    return concerned.anti_join(
        permitted,
        [
            "practitioner",
            "entry",
            "code",
            permitted.valid_from.isnull() | (permitted.valid_from <= concerned.performed_on),
            permitted.valid_to.isnull() | (concerned.performed_on <= permitted.valid_to),
            concerned.performed_on.notnull(),
        ],
    )


def findings(left: ir.Table) -> ir.Table:
    """row, entry, case, provision and detail of the findings on those services.

    One for each title held; where a title permits under conditions that the text does not give, a
    warning instead.
    """
    held = _held(left).distinct()
    permits = PERMITS.select("entry", "title", "code", "provision").distinct()
    under_conditions = held.join(permits, ["entry", "title", "code"])
    refused = left.anti_join(under_conditions, ["row", "entry"])
    return ibis.union(
        _finding(under_conditions, "unsettled", under_conditions.provision, under_conditions.title),
        *_refused(refused, held),
        distinct=False,
    )


def _concerned(services: ir.Table) -> ir.Table:
    joined = services.join(codes_of(KIND), "code")
    return joined.filter(on_its_day(joined)).select(
        "row", "entry", "practitioner", "code", "performed_on"
    )


def _held(concerned: ir.Table) -> ir.Table:
    """The titles that the practitioner of each service holds on its day."""
    return (
        concerned.join(TITLES, "practitioner")
        .filter(
            lambda row: (
                row.performed_on.notnull()
                & (row.valid_from.isnull() | (row.valid_from <= row.performed_on))
                & (row.valid_to.isnull() | (row.performed_on <= row.valid_to))
            )
        )
        .select("row", "entry", "code", "title")
    )


def _refused(services: ir.Table, held: ir.Table) -> list[ir.Table]:
    """The findings on services that no title permits."""
    titles = held.semi_join(services, ["row", "entry"])
    citing = titles.left_join(REFUSING, ["entry", "title"]).select(
        titles, provision=REFUSING.provision
    )
    without = services.anti_join(titles, ["row", "entry"])
    known = without.semi_join(TITLES, "practitioner")
    unknown = without.anti_join(TITLES, "practitioner")
    dated = known.filter(known.performed_on.notnull())
    undated = known.filter(known.performed_on.isnull())
    cited = ibis.null("string")
    return [
        _finding(citing, "not-permitted", citing.provision, citing.title),
        _finding(dated, "no-valid-title", cited, cited),
        _finding(undated, "unchecked", cited, ibis.literal("performed_at")),
        _finding(unknown, "unchecked", cited, ibis.literal("titles")),
    ]


def _finding(
    services: ir.Table, case: CaseName, provision: ir.StringValue, detail: ir.StringValue
) -> ir.Table:
    return services.select(
        "row", "entry", case_place=place_of(case), provision=provision, detail=detail
    )
