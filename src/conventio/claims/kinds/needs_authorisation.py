"""Authorisations that the practitioner must hold on the day of service, each one of them."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import AUTHORISATIONS, RULE_AUTHORISATIONS, codes_of
from conventio.claims.kinds.shape import CaseName, Column, Severity, on_its_day, place_of
from conventio.law.rules import NeedsAuthorisation

KIND = "needs-authorisation"
SEVERITIES: Mapping[CaseName, Severity] = {"missing": "refuse", "unchecked": "unchecked"}


def needs(rule: NeedsAuthorisation) -> list[Column]:
    """The authorisations; of those that are asked only where given, one of each."""
    given = rule.authorisations if rule.where_given else ()
    return [("authorisations", "kind"), *(("authorisations", holding(name)) for name in given)]


def holding(kind: str) -> str:
    """How the columns that an input has tell that a row of the table is of some kind."""
    return f"kind={kind}"


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case and detail: one finding for each authorisation that is not held."""
    asked = services.join(codes_of(KIND), "code")
    asked = asked.filter(on_its_day(asked)).select("row", "entry", "practitioner", "performed_on")
    undated = asked.filter(asked.performed_on.isnull())
    asked = asked.filter(asked.performed_on.notnull())
    asked = asked.join(RULE_AUTHORISATIONS, "entry")
    held = AUTHORISATIONS.rename(authorisation="kind")
    missing = asked.anti_join(
        held,
        [
            "practitioner",
            "authorisation",
            held.valid_from.isnull() | (held.valid_from <= asked.performed_on),
            held.valid_to.isnull() | (asked.performed_on <= held.valid_to),
        ],
    )
    return _finding(missing, "missing", missing.authorisation).union(
        _finding(undated, "unchecked", ibis.literal("performed_at"))
    )


def _finding(services: ir.Table, case: CaseName, detail: ir.StringValue) -> ir.Table:
    return services.select("row", "entry", case_place=place_of(case), detail=detail)
