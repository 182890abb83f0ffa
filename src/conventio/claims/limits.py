"""Group rules decided together: which services stand, as if they were decided one by one.

Every group rule is a limit (`kinds.shape`): a restricted service is refused when the weight of the
services that stand before it in its group, with its own where it counts, exceeds the limit, and
none that stands before it relieves it. Whether those stand may itself depend on group rules. So
each round decides what is certain: a service is refused when those that are known to stand
suffice, and stands when even all that may still stand do not. In every group the first undecided
service is always certain, so the rounds end, after as many as the longest chain has links.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import LIMIT_CODES, RULES
from conventio.claims.kinds.shape import on_its_day
from conventio.claims.order import NO_DAY, turns

_GROUPS = {
    "entry": "int64",
    "side": "int64",
    "patient_id": "string",
    "tooth": "string",
    "year": "int64",
    "day": "date",
    "practitioner": "string",
    "session": "string",
    "session_day": "date",
    "named": "string",
}
GROUP = tuple(_GROUPS)
"""What makes a group: one side of a rule, a patient, and the keys of the rule."""

_MEMBER = {
    "row": "int64",
    **_GROUPS,
    "weight": "int64",
    "relief": "int64",
    "own": "int64",
    "limit": "int64",
    "restricted": "boolean",
    "in_time": "boolean",
    "lonely_stands": "boolean",
}

CROWDED = ibis.table(_GROUPS, name="crowded")
"""The groups in which, in some order, somebody would be refused."""

RIVALS = ibis.table(_MEMBER, name="rivals")
"""The members of those groups."""

TURNS = ibis.table({"row": "int64", "turn": "int64", "moment": "int64"}, name="turns")
"""The turns of the services among them."""

CONTESTED = ibis.table({**_MEMBER, "lonely": "boolean", "place": "int64"}, name="contested")
"""The rivals, each with its place in the order of its group."""

STANDING = ibis.table({"row": "int64", "stands": "boolean"}, name="standing")
"""Of each service among the members whether it stands; null while undecided."""

UNDECIDED = "SELECT count(*) AS undecided FROM standing WHERE stands IS NULL"


def concerned(services: ir.Table) -> ir.Table:
    """Every service with every side of a group rule that it is in, its key facts known or not."""
    joined = services.join(LIMIT_CODES, "code").join(RULES, "entry")
    return joined.mutate(
        restricted=joined.restricted & ~joined.history & on_its_day(joined),
        count=joined["count"].fill_null(ibis.literal(1, type="int64")),
    )


def missing_facts(services: ir.Table) -> ir.Table:
    """row, entry, case and detail of the restricted services that lack a key fact."""
    row = concerned(services)
    no_tooth = row.per_tooth & row.tooth.isnull()
    no_date = row.performed_on.isnull()
    detail = ibis.cases(
        (no_tooth & no_date, "performed_at, tooth"), (no_tooth, "tooth"), else_="performed_at"
    )
    lacking = row.filter(row.restricted & (no_tooth | no_date))
    return lacking.select("row", "entry", case=ibis.literal("unchecked"), detail=detail).distinct()


def members(services: ir.Table) -> ir.Table:
    """The members of all groups; a service without its key facts joins none.

    Where a rule is about the services that go together, one that names the service it goes with
    is in the group of that name, and otherwise in that of its session; the others are in both.
    """
    row = concerned(services)
    row = row.filter(
        row.performed_on.notnull() & (row.tooth.notnull() | ~row.per_tooth),
        row.weighs | row.relieves | row.restricted,
    )
    other = row.weighs | row.relieves
    by_session = row.filter(~row.per_company | other | row.related_service_id.isnull())
    by_name = row.filter(row.per_company & (other | row.related_service_id.notnull()))
    name = ibis.ifelse(
        by_name.weighs | by_name.relieves, by_name.service_id, by_name.related_service_id
    )
    in_session = by_session.per_session | by_session.per_company
    return _members(by_session, in_session, ibis.literal("")).union(
        _members(by_name, ibis.literal(False), name)
    )


def _members(row: ir.Table, in_session: ir.BooleanValue, named: ir.StringValue) -> ir.Table:
    whole = ibis.literal("")
    return row.select(
        "row",
        "entry",
        "side",
        "patient_id",
        tooth=ibis.ifelse(row.per_tooth, row.tooth, whole),
        year=ibis.ifelse(row.per_year, row.performed_on.year(), 0).cast("int64"),
        day=ibis.ifelse(row.per_day, row.performed_on, NO_DAY),
        practitioner=ibis.ifelse(in_session, row.practitioner, whole),
        session=ibis.ifelse(in_session, row.session, whole),
        session_day=ibis.ifelse(in_session, row.session_day, NO_DAY),
        named=named,
        weight=ibis.ifelse(row.weighs, row["count"], 0).cast("int64"),
        relief=row.relieves.cast("int64"),
        own=ibis.ifelse(row.counts_itself, row["count"], 0).cast("int64"),
        limit=row["limit"],
        restricted=row.restricted,
        in_time=row.in_time,
        lonely_stands=row.lonely_stands,
    )


def crowded(members: ir.Table) -> ir.Table:
    """The groups whose members, all but one before it, would exceed the limit for that one.

    Most groups are not, and need no order.
    """
    least_room = ibis.ifelse(members.restricted, members.own - members.weight, ibis.null("int64"))
    groups = members.group_by(list(GROUP)).agg(
        weight=members.weight.sum(), worst=least_room.max(), limit=members["limit"].max()
    )
    return groups.filter(groups.weight + groups.worst > groups["limit"]).select(*GROUP)


def rivals(members: ir.Table) -> ir.Table:
    """The members of crowded groups."""
    return members.semi_join(CROWDED, list(GROUP))


def turns_of_rivals(services: ir.Table) -> ir.Table:
    """The turns of the services that are in crowded groups."""
    return turns(services.semi_join(RIVALS, "row"))


def contested() -> ir.Table:
    """The rivals with their place: by turn, or in time where the rule asks what was earlier."""
    joined = RIVALS.join(TURNS, "row")
    company = (joined.relief + joined.weight).sum().over(ibis.window(group_by=list(GROUP)))
    alone = joined.lonely_stands & (company == 0)
    return joined.select(
        *(name for name in _MEMBER if name != "restricted"),
        restricted=joined.restricted & ~alone,
        lonely=joined.restricted & alone,
        place=ibis.ifelse(joined.in_time, joined.moment, joined.turn),
    )


def lonely() -> ir.Table:
    """row, entry, case and detail of services that go with others, of which none is known."""
    lonely = CONTESTED.filter(CONTESTED.lonely)
    detail = ibis.literal("related_service_id")
    return lonely.select("row", "entry", case=ibis.literal("unchecked"), detail=detail).distinct()


def standing_at_first(services: ir.Table, refused: ir.Table) -> ir.Table:
    """What is known of the contested services before any group rule is asked.

    History stands as it was decided; a service that a row rule refuses does not stand; one that
    no group rule restricts stands.
    """
    rows = CONTESTED.group_by("row").agg(restricted=CONTESTED.restricted.any())
    known = (
        services.select("row", "history", "decided")
        .join(rows, "row")
        .select("row", "restricted", "history", "decided")
    )
    by_row = refused.select(refused_row=refused.row).distinct()
    joined = known.left_join(by_row, known.row == by_row.refused_row)
    stands = ibis.cases(
        (joined.history, joined.decided != "refused"),
        (joined.refused_row.notnull(), False),
        (~joined.restricted, True),
    )
    return joined.select("row", stands=stands)


def standing_after_a_round() -> ir.Table:
    """The next state: what is certain by now is decided."""
    weighed = _weighed()
    verdicts = weighed.filter(weighed.stands.isnull() & weighed.restricted)
    by_row = verdicts.group_by("row").agg(
        refused=(
            (verdicts.at_least + verdicts.own > verdicts["limit"]) & (verdicts.relief_at_most == 0)
        ).any(),
        clear=(
            (verdicts.at_most + verdicts.own <= verdicts["limit"]) | (verdicts.relief_at_least > 0)
        ).all(),
    )
    joined = STANDING.left_join(by_row, "row")
    decided = ibis.cases((by_row.refused, False), (by_row.clear, True))
    return joined.select(STANDING.row, stands=STANDING.stands.fill_null(decided))


def refused() -> ir.Table:
    """row, entry and the row of each piece of evidence, once every service is decided.

    A limit that a service exceeds by its own count alone has no evidence.
    """
    weighed = _weighed()
    full = weighed.filter(
        weighed.restricted,
        weighed.at_least + weighed.own > weighed["limit"],
        weighed.relief_at_least == 0,
    )
    standing = weighed.filter(weighed.stands, weighed.weight > 0)
    evidence = standing.select(*GROUP, evidence_row=standing.row, evidence_place=standing.place)
    joined = full.left_join(
        evidence,
        [*(full[key] == evidence[key] for key in GROUP), evidence.evidence_place < full.place],
    )
    return joined.select(full.row, full.entry, evidence.evidence_row).distinct()


def before(services: ir.Table) -> ir.Table:
    """row, entry, and the row of each service that counts and comes before it in its group.

    For explanations: of all groups, crowded or not, and whether those before stand or not.
    """
    placed = members(services).join(turns(services), "row")
    placed = placed.mutate(place=ibis.ifelse(placed.in_time, placed.moment, placed.turn))
    mine = placed.filter(placed.restricted)
    counting = placed.filter((placed.weight > 0) | (placed.relief > 0))
    others = counting.select(*GROUP, other_row=counting.row, other_place=counting.place)
    joined = mine.join(others, list(GROUP))
    joined = joined.filter(joined.other_place < joined.place)
    return joined.select("row", "entry", "other_row").distinct()


def _weighed() -> ir.Table:
    """The contested members with the least and the most that may stand before each."""
    row = CONTESTED.join(STANDING, "row")
    before = ibis.window(group_by=list(GROUP), order_by="place", rows=(None, -1))
    surely_stands = row.stands.fill_null(False).cast("int64")
    perhaps_stands = row.stands.fill_null(True).cast("int64")
    return row.mutate(
        at_least=(surely_stands * row.weight).sum().over(before).fill_null(0),
        at_most=(perhaps_stands * row.weight).sum().over(before).fill_null(0),
        relief_at_least=(surely_stands * row.relief).sum().over(before).fill_null(0),
        relief_at_most=(perhaps_stands * row.relief).sum().over(before).fill_null(0),
    )
