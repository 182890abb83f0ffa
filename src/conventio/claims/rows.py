"""The row kinds, fused: few passes over the new services answer all their rules."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import (
    asked,
    by_themselves,
    of_day,
    of_patients,
    of_people,
    with_prescription,
)
from conventio.claims.inputs import CHECK_DAY, OF_LIMITS, PER, PRESCRIBED, RULE_CODES, RULES
from conventio.claims.kinds import ROW_KINDS
from conventio.claims.kinds.shape import Case, RowKind, lists, on_its_day, place_of

_Placed = tuple[int, RowKind]
"""A kind with its place among all."""


def everywhere(services: ir.Table) -> ir.Table:
    """row, entry, case_place and detail of each finding of the kinds that concern every service.

    The services, undecided, come with their patients' regime and birth date; few have to meet the
    entries.
    """
    kinds = [one for one in _kinds() if one[1].everywhere]
    row = of_day(services.select("row", "code", "performed_on", "preferential", "birth_date"))
    row = row.cross_join(CHECK_DAY)
    saying = [case.when for _, kind in kinds for case in kind.cases(row)]
    row = row.filter(ibis.or_(row.performed_on.isnull(), *saying))
    row = row.cross_join(_entries(RULES.everywhere & RULES.kind_place.notnull()))
    return _answers(row.filter(on_its_day(row)), kinds)


def by_code(services: ir.Table, *, few: bool = False) -> ir.Table:
    """row, entry, case_place and detail of each finding of the other row kinds.

    Most services are on no prescription, and most rules ask nothing of one: they are not joined,
    unless they are `few`, where one query less saves more than it joins.
    The fact that an entry names is looked up once, by `asked`.
    """
    if few:
        row = _spoken_of(with_prescription(services))
        row = _on_known(row.filter(row.prescription_id.notnull() | ~row.only_prescribed))
    else:
        prescribed = services.filter(services.prescription_id.notnull())
        of_some = _on_known(_spoken_of(with_prescription(prescribed), _ASKS_PRESCRIPTION))
        of_all = _spoken_of(by_themselves(services), ~_ASKS_PRESCRIPTION)
        row = of_all.union(of_some.select(of_all.columns))
    return _answers(asked(row), [one for one in _kinds() if not one[1].everywhere])


_ASKS_PRESCRIPTION = RULES.only_prescribed | RULES.only_known_prescription


def narrowed(services: ir.Table) -> ir.Table:
    """The rows of `NARROWED`: a patient of unknown sex or age may be one of those meant."""
    entries = RULES.filter(RULES.narrowed)
    codes = RULE_CODES.filter(RULE_CODES.doubtful.isnull()).drop("doubtful").join(entries, "entry")
    row = of_patients(services.semi_join(codes, "code")).join(codes, "code")
    row = row.filter(on_its_day(row), _of_its_patients(row))
    row = row.left_join(PRESCRIBED.rename(prescribed_row="row"), row.row == PRESCRIBED.row)
    row = row.filter(
        ~row.only_prescribed | row.prescribed_row.notnull(),
        ~row.only_known_prescription | row.prescription_known.fill_null(False),
    )
    return row.select("row", "entry")


def _on_known(row: ir.Table) -> ir.Table:
    """The rows whose prescription is given, where their entry speaks only of those."""
    return row.filter(row.prescription_known | ~row.only_known_prescription)


def _kinds() -> list[_Placed]:
    return list(enumerate(ROW_KINDS.values()))


def _spoken_of(services: ir.Table, *chosen: ir.BooleanValue) -> ir.Table:
    """The services with the entries, of those chosen, that concern their code on their day."""
    entries = _entries(*chosen)
    codes = RULE_CODES.join(entries, "entry")
    codes = codes.filter(codes.kind_place.notnull() | codes.doubtful.notnull())
    row = of_people(services).join(codes, "code")
    return row.filter(on_its_day(row), _of_its_patients(row))


def _of_its_patients(row: ir.Table) -> ir.BooleanValue:
    """Whether an entry may speak of the patient; of an unknown sex or age it may."""
    of_sex = row.sexes.isnull() | row.sex.isnull() | lists(row.sexes, row.sex)
    old_enough = (row.age >= row.asked_from_birthday).fill_null(True)
    return of_sex & old_enough & (row.age < row.asked_to_birthday).fill_null(True)


def _entries(*chosen: ir.BooleanValue) -> ir.Table:
    """Entries without what only group rules ask."""
    rules = RULES.filter(*chosen) if chosen else RULES
    return rules.drop("rule", "kind", "everywhere", "narrowed", "limit", *OF_LIMITS, *PER)


def _answers(row: ir.Table, kinds: list[_Placed]) -> ir.Table:
    """The first case of its kind that holds of each row."""
    unknown = row.dated & row.asks_missing & row.performed_on.isnull()
    undated = Case("undated", unknown, ibis.literal("performed_at"))
    cases = {place: [undated, *kind.cases(row)] for place, kind in kinds}
    first = {
        place: ibis.cases(*((case.when, place_of(case.name)) for case in of_kind))
        for place, of_kind in cases.items()
    }
    said = row.mutate(case_place=_known_or_doubtful(row, _of_its_kind(row, first)))
    said = said.filter(said.case_place.notnull())
    details = {
        place: ibis.cases(
            *((said.case_place == place_of(case.name), case.detail) for case in of_kind)
        )
        for place, of_kind in cases.items()
    }
    detail = _of_its_kind(said, details)
    if "doubtful" in row.columns:
        detail = ibis.ifelse(said.case_place == _DOUBTFUL, said.doubtful, detail)
    return said.select("row", "entry", "case_place", detail=detail)


_DOUBTFUL = place_of("doubtful")


def _known_or_doubtful(row: ir.Table, case_place: ir.Value) -> ir.Value:
    """The case; where nobody can tell whether the entry speaks of the code, only that.

    What a row rule would not object to anyway is no matter; of others it is not known.
    """
    if "doubtful" not in row.columns:
        return case_place
    matters = row.kind_place.isnull() | case_place.notnull()
    return ibis.cases(
        (row.doubtful.isnull(), case_place), (matters, _DOUBTFUL), else_=ibis.null("int64")
    )


def _of_its_kind(row: ir.Table, values: Mapping[int, ir.Value]) -> ir.Value:
    """What a row's own kind gives: nested, so that each is worked out for its own rows only."""
    return ibis.cases(*((row.kind_place == place, value) for place, value in values.items()))
