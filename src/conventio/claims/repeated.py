"""The same service twice: settled once it is known which services stand."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import RULES
from conventio.claims.kinds import not_twice
from conventio.claims.kinds.shape import on_its_day, place_of
from conventio.claims.limits import STANDING
from conventio.claims.order import placed, turns

SAME = ("patient", "performer", "performed_utc", "code", "tooth")
"""What two rows of one service have in common."""

PROBE = (
    "SELECT count(performed_utc) > count(DISTINCT CASE WHEN performed_utc IS NOT NULL THEN "
    "(patient_id, practitioner, performed_utc, code, tooth) END) AS repeated FROM services"
)
"""The query for whether some service is there twice."""


def findings(services: ir.Table, refused: ir.Table) -> ir.Table:
    """row, entry, case_place and the row of the first that precedes and stands.

    `refused` are the rows that a row rule refuses; what group rules refuse does not stand either.
    """
    row = _with_what_stands(_repeated(services), refused)
    standing = row.filter(row.stands)
    first = standing.group_by(*SAME).agg(
        evidence_row=standing.row.argmin(standing.turn), first_turn=standing.turn.min()
    )
    later = row.filter(~row.history).join(first, SAME)
    later = later.filter(later.first_turn < later.turn)
    entries = RULES.filter(RULES.kind == not_twice.KIND)
    said = later.cross_join(entries.select("entry", "first", "last", "answers_undated"))
    return said.filter(on_its_day(said)).select(
        "row", "entry", case_place=place_of("warn"), evidence_row=said.evidence_row
    )


def _repeated(services: ir.Table) -> ir.Table:
    """The services that are there twice or more, with their turns; few are."""
    tooth = services.tooth.fill_null(ibis.literal(0, type="int8"))
    dated = services.filter(services.performed_utc.notnull()).mutate(tooth=tooth)
    groups = dated.group_by(*SAME).agg(services=dated.count())
    found = dated.semi_join(groups.filter(groups.services > 1), SAME)
    return turns(placed(found), *SAME, "performed_on", "history", "stood")


def _with_what_stands(row: ir.Table, refused: ir.Table) -> ir.Table:
    settled = STANDING.select(settled_row="row", settled="stands")
    by_row = refused.select(refused_row="row").distinct()
    joined = row.left_join(settled, row.row == settled.settled_row)
    joined = joined.left_join(by_row, joined.row == by_row.refused_row)
    stands = ibis.cases(
        (joined.history, joined.stood),
        (joined.settled.notnull(), joined.settled),
        else_=joined.refused_row.isnull(),
    )
    return joined.select(row, stands=stands)
