"""The row kinds: each asks all its entries at once of the new services."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import JOINED_BY, with_facts
from conventio.claims.inputs import RULE_CODES, RULES
from conventio.claims.kinds import ROW_KINDS
from conventio.claims.kinds.shape import Case, RowKind, on_its_day

_OF_GROUPS = (
    "limit",
    "counts_itself",
    "in_time",
    "lonely_stands",
    "per_tooth",
    "per_year",
    "per_day",
    "per_session",
    "per_company",
)


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case and detail of each finding of a row kind.

    A kind at a time: what several cases share is worked out for every row that they are given, so
    a row is given only to the kinds that ask something of its code.
    """
    found = [
        _everywhere(services, kind) if kind.everywhere else _by_code(services, kind)
        for kind in ROW_KINDS.values()
    ]
    return ibis.union(*found, distinct=False)


def _everywhere(services: ir.Table, kind: RowKind) -> ir.Table:
    """Of a kind that concerns every service; few have to meet its entries."""
    row = with_facts(_own(services, kind), *_tables(kind))
    saying = ibis.or_(row.performed_on.isnull(), *(case.when for case in kind.cases(row)))
    return _answers(row.filter(saying).cross_join(_entries(kind)), kind)


def _by_code(services: ir.Table, kind: RowKind) -> ir.Table:
    row = _own(services, kind).join(RULE_CODES.join(_entries(kind), "entry"), "code")
    row = row.filter(row.prescription_id.notnull() | ~row.only_prescribed)
    tables = _tables(kind)
    known = [] if "prescriptions" in tables else ["known-prescriptions"]
    row = with_facts(row, *known, *tables)
    return _answers(row.filter(row.prescription_known | ~row.only_known_prescription), kind)


def _entries(kind: RowKind) -> ir.Table:
    """The entries of a kind, without what only group rules ask."""
    return RULES.filter(RULES.kind == kind.kind).drop("rule", "kind", "everywhere", *_OF_GROUPS)


def _tables(kind: RowKind) -> list[str]:
    """The other tables that a kind reads."""
    return [table for table, _ in kind.reads if table != "services"]


def _own(services: ir.Table, kind: RowKind) -> ir.Table:
    """The columns of a service that a kind reads, and those by which it is joined."""
    own = [column for table, column in kind.reads if table == "services"]
    return services.select(*dict.fromkeys((*JOINED_BY, *own)))


def _answers(row: ir.Table, kind: RowKind) -> ir.Table:
    """The first of the cases that holds of each row, on the days of the rule."""
    row = row.filter(on_its_day(row))
    undated = Case("undated", row.dated & row.performed_on.isnull(), ibis.literal("performed_at"))
    cases = [undated, *kind.cases(row)]
    said = row.mutate(said=ibis.cases(*((case.when, n) for n, case in enumerate(cases))))
    said = said.filter(said.said.notnull())
    return said.select(
        "row",
        "entry",
        case=ibis.cases(*((said.said == n, case.name) for n, case in enumerate(cases))),
        detail=ibis.cases(*((said.said == n, case.detail) for n, case in enumerate(cases))),
    )
