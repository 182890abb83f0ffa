"""What should be one and is two: the people of an attestation, ids that are written in two ways.

These are seen across patients, so over the whole input, before its parts. A service is told of
another that came before it: of history, or earlier in time, then by id. So it is told the same
whether all services are decided at once or each with the earlier ones as history.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import whitespace

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import PATIENTS, RULES, SERVICES
from conventio.claims.kinds import ids_alike, one_attestation
from conventio.claims.kinds.shape import CaseName, on_its_day, place_of
from conventio.folder.engine import compiled
from conventio.folder.queries import kept

SEEN = ibis.table(
    {
        **dict.fromkeys(("kind", "one", "other"), "string"),
        **dict.fromkeys(("case_place", "since"), "int64"),
        **{"row": "int64", "service_id": "string"},
        **{"performed_utc": "timestamp", "performed_on": "date"},
    },
    name="mixed_services",
)
"""The services of an attestation, or of ids, that are mixed; few are.

`one` is what should have one `other`; `since` puts what was given of patients before history, and
history before what is new.
"""

OF_PATIENTS, OF_HISTORY, NEW = range(3)


@kept
def probe(dialect: str) -> str:
    """The query for whether anything is mixed."""
    several = [_mixed_attestations(), *(_alike(column) for column in IDS.values())]
    found = ibis.union(*(one.select(id=one.columns[0]) for one in several), distinct=False)
    return compiled(found.agg(mixed=found.count() > 0), dialect)


def seen() -> ir.Table:
    """The rows of `SEEN`."""
    of_mixed = SERVICES.semi_join(_mixed_attestations(), "attestation_id")
    alike = {case: SERVICES.semi_join(_alike(column), column) for case, column in IDS.items()}
    people = one_attestation.KIND
    return ibis.union(
        _seen(of_mixed, people, "other-patient", of_mixed.attestation_id, of_mixed.patient_id),
        _seen(
            of_mixed, people, "other-practitioner", of_mixed.attestation_id, of_mixed.practitioner
        ),
        *(
            _seen(those, ids_alike.KIND, case, folded(those[IDS[case]]), those[IDS[case]])
            for case, those in alike.items()
        ),
        _given(PATIENTS.semi_join(_alike("patient_id"), "patient_id")),
        distinct=False,
    )


def findings() -> ir.Table:
    """row, entry, case_place and detail: with what it is seen, and the first other before it."""
    row = _in_turn()
    mine = ["kind", "case_place", "one"]
    strange = row.filter(row.other != row.first_other)
    second = strange.group_by(*mine).agg(
        second_other=strange.other.argmin(strange.turn), second_turn=strange.turn.min()
    )
    row = row.join(second, mine)
    is_first = row.other == row.first_other
    row = row.filter(row.since == NEW, ~is_first | (row.second_turn < row.turn))
    before = ibis.ifelse(row.other == row.first_other, row.second_other, row.first_other)
    detail = ibis.ifelse(row.kind == ids_alike.KIND, before, row.one + ": " + before)
    said = row.mutate(detail=detail).join(
        RULES.select("entry", "kind", "first", "last", "answers_undated"), "kind"
    )
    return said.filter(on_its_day(said)).select("row", "entry", "case_place", "detail")


def _in_turn() -> ir.Table:
    order = [
        ibis.asc(SEEN.since),
        ibis.asc(SEEN.performed_utc),
        ibis.asc(SEEN.service_id),
        ibis.asc(SEEN.other),
    ]
    window = ibis.window(group_by=[SEEN.kind, SEEN.case_place, SEEN.one], order_by=order)
    return SEEN.mutate(
        turn=ibis.row_number().over(window), first_other=SEEN.other.first().over(window)
    )


def _mixed_attestations() -> ir.Table:
    groups = SERVICES.group_by("attestation_id").agg(
        **{f"least_{column}": SERVICES[column].min() for column in _PEOPLE},
        **{f"greatest_{column}": SERVICES[column].max() for column in _PEOPLE},
    )
    two = (groups[f"least_{column}"] < groups[f"greatest_{column}"] for column in _PEOPLE)
    return groups.filter(ibis.or_(*two)).select("attestation_id")


_PEOPLE = ("patient_id", "practitioner")


IDS: Mapping[CaseName, str] = {
    "warn": "patient_id",
    "service-alike": "service_id",
    "attestation-alike": "attestation_id",
}
"""The ids that may be written in two ways, by what is said of them."""


def _alike(column: str) -> ir.Table:
    """The ids of a column that are one but for spaces at an end or capitals."""
    ids = SERVICES.select(column)
    if column == "patient_id":
        ids = ids.union(PATIENTS.select(column))
    if column != "service_id":  # those all differ
        ids = ids.distinct()
    ids = ids.mutate(folded=folded(ids[column]))
    groups = ids.group_by("folded").agg(ids=ids.count())
    return ids.semi_join(groups.filter(groups.ids > 1), "folded").select(column)


def folded(name: ir.StringValue) -> ir.StringValue:
    """An id in small letters, without spaces at its ends: few have any, and to look costs less."""
    at_the_end = (name.endswith(space) for space in whitespace)
    spaced = ibis.or_(name < "!", *at_the_end)
    return ibis.ifelse(spaced, name.strip(), name).lower()


def _seen(
    services: ir.Table, kind: str, case: CaseName, one: ir.StringValue, other: ir.StringValue
) -> ir.Table:
    since = ibis.ifelse(services.decided.isnull(), NEW, OF_HISTORY).cast("int64")
    return services.select(
        kind=ibis.literal(kind),
        one=one,
        other=other,
        case_place=place_of(case),
        since=since,
        row=services.row,
        service_id=services.service_id,
        performed_utc=services.performed_utc,
        performed_on=services.performed_on,
    )


def _given(patients: ir.Table) -> ir.Table:
    """The patients that are given, whether a service is theirs or not."""
    return patients.select(
        kind=ibis.literal(ids_alike.KIND),
        one=folded(patients.patient_id),
        other=patients.patient_id,
        case_place=place_of("warn"),
        since=ibis.literal(OF_PATIENTS, type="int64"),
        row=ibis.null("int64"),
        service_id=ibis.literal(""),
        performed_utc=ibis.null("timestamp"),
        performed_on=ibis.null("date"),
    )
