"""The row kinds, fused: one pass over the new services answers all their rules."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import asked, of_day, of_people, of_prescription
from conventio.claims.inputs import OF_LIMITS, PER, RULE_CODES, RULES
from conventio.claims.kinds import ROW_KINDS
from conventio.claims.kinds.shape import Case, RowKind, on_its_day

_Placed = tuple[int, RowKind]
"""A kind with its place among all."""


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case and detail of each finding of a row kind."""
    kinds = list(enumerate(ROW_KINDS.values()))
    everywhere = _everywhere(services, [one for one in kinds if one[1].everywhere])
    return everywhere.union(_by_code(services, [one for one in kinds if not one[1].everywhere]))


def _everywhere(services: ir.Table, kinds: list[_Placed]) -> ir.Table:
    """Of the kinds that concern every service; few services have to meet their entries."""
    columns = ("row", "code", "patient_id", "performed_on", "prescription_id")
    row = of_day(services.select(*columns))
    saying = [case.when for _, kind in kinds for case in kind.cases(row)]
    row = row.filter(ibis.or_(row.performed_on.isnull(), *saying))
    row = of_prescription(row).cross_join(_entries(RULES.everywhere))
    return _answers(_spoken_of(row), kinds)


def _by_code(services: ir.Table, kinds: list[_Placed]) -> ir.Table:
    """Of the others; the fact that an entry names is looked up once, by `asked`."""
    entries = _entries(RULES.kind_place.notnull())
    row = of_people(services).join(RULE_CODES.join(entries, "entry"), "code")
    return _answers(asked(_spoken_of(row)), kinds)


def _spoken_of(row: ir.Table) -> ir.Table:
    """The rows of the days, and the prescriptions, of which their entry speaks."""
    return row.filter(
        on_its_day(row),
        row.prescription_id.notnull() | ~row.only_prescribed,
        row.prescription_known | ~row.only_known_prescription,
    )


def _entries(chosen: ir.BooleanValue) -> ir.Table:
    """Entries without what only group rules ask."""
    return RULES.filter(chosen).drop("rule", "kind", "everywhere", "limit", *OF_LIMITS, *PER)


def _answers(row: ir.Table, kinds: list[_Placed]) -> ir.Table:
    """The first case of its kind that holds of each row."""
    undated = Case("undated", row.dated & row.performed_on.isnull(), ibis.literal("performed_at"))
    cases = {place: list(enumerate([undated, *kind.cases(row)])) for place, kind in kinds}
    first = {
        place: ibis.cases(*((case.when, number) for number, case in of_kind))
        for place, of_kind in cases.items()
    }
    said = row.mutate(said=_of_its_kind(row, first))
    said = said.filter(said.said.notnull())
    names, details = (
        {
            place: ibis.cases(
                *((said.said == number, getattr(case, what)) for number, case in ones)
            )
            for place, ones in cases.items()
        }
        for what in ("name", "detail")
    )
    return said.select(
        "row", "entry", case=_of_its_kind(said, names), detail=_of_its_kind(said, details)
    )


def _of_its_kind(row: ir.Table, values: Mapping[int, ir.Value]) -> ir.Value:
    """What a row's own kind gives: nested, so that each is worked out for its own rows only."""
    return ibis.cases(*((row.kind_place == place, value) for place, value in values.items()))
