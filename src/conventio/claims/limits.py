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

from conventio.claims.inputs import (
    HOURS,
    LIMIT_CODES,
    LIMIT_TITLES,
    PER,
    RULES,
    SERVICES,
    TITLES,
)
from conventio.claims.kinds import only_at_hours
from conventio.claims.kinds.shape import on_its_day, place_of
from conventio.claims.order import SESSION, turns

GROUP = ("side", "holder", "within")
"""What makes a group: one side of a rule, whose services they are, and the other keys of the rule.

All are whole numbers. The holder is a patient, or a session or a name where the rule asks for it;
within is the span of time, by its year or by its day, and the tooth by its two digits.
"""

_MEMBER = {
    "row": "int64",
    "entry": "int64",
    **dict.fromkeys(GROUP, "int64"),
    "weight": "int64",
    "relief": "int64",
    "own": "int64",
    "restricted": "boolean",
}

SESSIONS = ibis.table(
    {
        "patient": "int64",
        "performer": "int64",
        "session": "string",
        "session_day": "date",
        "number": "int64",
    },
    name="asked_sessions",
)
"""The sessions in which a rule may restrict somebody, each with a number."""

TOGETHER = ibis.table(
    {
        "row": "int64",
        "code": "string",
        "tooth": "int8",
        "count": "int64",
        "related_service_id": "string",
        "performed_on": "date",
        "history": "boolean",
        "number": "int64",
    },
    name="services_in_sessions",
)
"""The services in those sessions, each with the number of its session."""

NAMED = ibis.table(
    {"entry": "int64", "patient": "int64", "name": "string", "number": "int64"},
    name="named_services",
)
"""The services that others name as those they go with, each with a number that no session has."""

MEMBERS = ibis.table(_MEMBER, name="members")
"""Those whom the rules restrict, and those who use a limit up, each in its groups."""

CROWDED = ibis.table({**dict.fromkeys(GROUP, "int64"), "group": "int64"}, name="crowded")
"""The groups in which, in some order, somebody would be refused, each with a number."""

_RIVAL = {name: type_ for name, type_ in _MEMBER.items() if name not in GROUP}
_RIVAL |= {"group": "int64"}

RIVALS = ibis.table(_RIVAL, name="rivals")
"""The members of those groups, with those who relieve of the limit."""

TURNS = ibis.table(
    {"row": "int64", "turn": "int64", "moment": "int64", "history": "boolean", "stood": "boolean"},
    name="turns",
)
"""The turns of the services among them, and whether they stood when they were decided earlier."""

HELD = ibis.table({"row": "int64", "entry": "int64", "held": "boolean"}, name="held_titles")
"""Whether who performed a rival holds a title that the rule names; none where it is not known."""

TIMELY = ibis.table(
    {
        "row": "int64",
        "entry": "int64",
        "group": "int64",
        "timely": "boolean",
        "missing": "string",
    },
    name="timely_rivals",
)
"""Whether a rival begins on the day and at the hours that its group is about, or what is missing
to tell."""

CONTESTED = ibis.table(
    {
        **_RIVAL,
        "missing": "string",
        "limit": "int64",
        "lonely": "boolean",
        "doubted": "boolean",
        "place": "int64",
    },
    name="contested",
)
"""The rivals, each with the limit, and its place in the order of its group."""

STANDING = ibis.table({"row": "int64", "stands": "boolean"}, name="standing")
"""Of each service among the members whether it stands; null while undecided."""

_BEFORE = ibis.window(group_by="group", order_by="place", rows=(None, -1))
"""Those before a member in its group."""

UNDECIDED = "SELECT count(*) AS undecided FROM standing WHERE stands IS NULL"


def concerned(services: ir.Table, codes: ir.Table = LIMIT_CODES) -> ir.Table:
    """Every service with every side of a group rule that it is in, its key facts known or not.

    Where the services come with an entry, only with the sides of that entry.
    """
    rules = RULES.select("entry", "first", "last", "answers_undated", "counts_itself", *PER)
    of_rules = codes.join(rules, "entry")
    joined = services.join(of_rules, ["entry", "code"] if "entry" in services.columns else "code")
    return joined.mutate(
        restricted=joined.restricted & ~joined.history & on_its_day(joined),
        count=joined["count"].fill_null(ibis.literal(1, type="int64")),
    )


def missing_facts(services: ir.Table) -> ir.Table:
    """row, entry, case_place and detail of the restricted services that lack a key fact."""
    row = concerned(services.filter(services.tooth.isnull() | services.performed_on.isnull()))
    no_tooth = row.per_tooth & row.tooth.isnull()
    no_date = row.performed_on.isnull()
    detail = ibis.cases(
        (no_tooth & no_date, "performed_at, tooth"), (no_tooth, "tooth"), else_="performed_at"
    )
    lacking = row.filter(row.restricted & (no_tooth | no_date))
    return lacking.select(
        "row", "entry", case_place=place_of("unchecked"), detail=detail
    ).distinct()


def asked_sessions(services: ir.Table) -> ir.Table:
    """The sessions of the services that a rule on sessions restricts; nobody asks of others.

    A service that is not refused by its own count is asked about only where one is there that
    uses the limit up.
    """
    rules = RULES.filter(RULES.per_session | RULES.per_company).select("entry", "counts_itself")
    dated = services.filter(services.performed_on.notnull())
    row = dated.join(LIMIT_CODES.join(rules, "entry"), "code")
    restricted = row.filter(row.restricted, ~row.history)
    alone = restricted.filter(restricted.counts_itself)
    others = row.filter(~row.counts_itself, row.weighs).select("side", *SESSION)
    beside = restricted.filter(~restricted.counts_itself).semi_join(others, ["side", *SESSION])
    asking = ibis.union(*(ones.select("row", *SESSION) for ones in (alone, beside)))
    return asking.group_by(*SESSION).agg(number=asking.row.min())


def services_in_sessions(services: ir.Table) -> ir.Table:
    """The services of the sessions that are asked about."""
    return services.join(SESSIONS, SESSION).select(*TOGETHER.columns)


def named_services(services: ir.Table) -> ir.Table:
    """The services that are named as company; an unknown one has a number that no other has."""
    asking = _asking(services, RULES.filter(RULES.per_company))
    names = asking.filter(asking.related_service_id.notnull())
    names = names.group_by("entry", "patient", name="related_service_id").agg(by=names.row.min())
    own = services.select("patient", name="service_id", own_row="row")
    found = names.left_join(own, ["patient", "name"])
    number = ibis.ifelse(found.own_row.notnull(), -2 * found.own_row, -2 * found.by - 1)
    return found.select(names.entry, names.patient, names.name, number=number)


def _asking(services: ir.Table, rules: ir.Table) -> ir.Table:
    """The new services that some of the rules restrict, with the entry of each rule."""
    codes = LIMIT_CODES.filter(LIMIT_CODES.restricted).semi_join(rules, "entry")
    new = services.filter(~services.history, services.performed_on.notnull())
    return new.join(codes.select("entry", "code").distinct(), "code")


def members(services: ir.Table, given: ir.Table) -> ir.Table:
    """Those who are restricted or use a limit up, in their groups; without a key fact in none.

    Where a rule is about the services that go together, one that names the service it goes with
    is in the group of that name, and otherwise in that of its session; the others are in both.
    `given` are the services as they were given, with their hours.
    """
    using = LIMIT_CODES.filter(LIMIT_CODES.weighs | LIMIT_CODES.restricted)
    at_hours = RULES.filter(RULES.at_hours)
    usual = _members(services, using.anti_join(at_hours, "entry"))
    timed = ibis.union(*_together(services, using.semi_join(at_hours, "entry")), distinct=False)
    return usual.union(_by_days_asked(timed, given))


def _members(services: ir.Table, codes: ir.Table) -> ir.Table:
    alone = _with_key_facts(services, codes)
    alone = alone.filter(~(alone.per_session | alone.per_company))
    together = _together(services, codes)
    return ibis.union(_member(alone, alone.patient), *together, distinct=False)


def _together(services: ir.Table, codes: ir.Table) -> list[ir.Table]:
    """The members by session, and by name."""
    together = _with_key_facts(TOGETHER, codes)
    together = together.filter(together.per_session | together.per_company)
    goes = _is_other(together) | together.related_service_id.isnull()
    together = together.filter(~together.per_company | goes)
    by_name = (_member(row, row.number) for row in _by_name(services, codes))
    return [_member(together, together.number), *by_name]


def _by_days_asked(members: ir.Table, given: ir.Table) -> ir.Table:
    """The members of rules on hours: the others in a group for each day of those restricted.

    Whoever begins in a night is in a group of that part of it, with those of the rest of it.
    """
    night = _nights().select("entry", "from_minute", "to_minute")
    asking = members.filter(members.restricted).join(_moments(given), "row")
    asking = asking.left_join(night, "entry")
    part = ibis.cases(
        (asking.minute < asking.to_minute, _MORNING),
        (asking.minute >= asking.from_minute, _EVENING),
    )
    asking = asking.mutate(within=asking.within + part.fill_null(0)).select(members.columns)
    days = asking.select("side", "holder", "within").distinct()
    others = members.filter(~members.restricted).drop("within").join(days, ["side", "holder"])
    return asking.union(others.select(members.columns))


_EVENING, _MORNING = 1, 2
"""The parts of a night, in the place of a tooth."""


def _nights() -> ir.Table:
    """For each entry the minutes of the day at which its night begins and ends."""
    nights = HOURS.filter(HOURS.start > HOURS.end)
    return nights.group_by("entry").agg(from_minute=nights.start.min(), to_minute=nights.end.max())


def _moments(given: ir.Table) -> ir.Table:
    """Of each row the minute of the day at which it begins; null where only the day is known."""
    minute = given.performed_at.hour() * 60 + given.performed_at.minute()
    return given.select("row", minute=ibis.ifelse(given.timed, minute.cast("int64"), None))


def _by_name(services: ir.Table, codes: ir.Table) -> tuple[ir.Table, ir.Table]:
    """The services that are named, and those that name them."""
    names = NAMED.select("entry", "number", "name", of_patient="patient")
    own = services.patient == names.of_patient
    named = services.join(names, [services.service_id == names.name, own])
    named = _with_key_facts(named.select(services, "entry", "number"), codes)
    naming = services.join(names, [services.related_service_id == names.name, own])
    naming = _with_key_facts(naming.select(services, "entry", "number"), codes)
    return (
        named.filter(_is_other(named)),
        naming.filter(~_is_other(naming)),
    )


def _is_other(row: ir.Table) -> ir.BooleanValue:
    return row.weighs | row.relieves


def _with_key_facts(services: ir.Table, codes: ir.Table) -> ir.Table:
    row = concerned(services, codes)
    return row.filter(
        row.performed_on.notnull() & (row.tooth.notnull() | ~row.per_tooth),
        _is_other(row) | row.restricted,
    )


def _member(row: ir.Table, holder: ir.IntegerValue) -> ir.Table:
    nothing = ibis.literal(0, type="int64")
    year, month, day = (getattr(row.performed_on, part)() for part in ("year", "month", "day"))
    span = ibis.cases(
        (row.per_day, (year * 100 + month) * 100 + day), (row.per_year, year), else_=nothing
    )
    tooth = ibis.ifelse(row.per_tooth, row.tooth.cast("int64"), nothing)
    return row.select(
        "row",
        "entry",
        "side",
        holder=holder,
        within=span.cast("int64") * 100 + tooth,
        weight=ibis.ifelse(row.weighs, row["count"], nothing),
        relief=row.relieves.cast("int64"),
        own=ibis.ifelse(row.counts_itself, row["count"], nothing),
        restricted=row.restricted,
    )


def crowded() -> ir.Table:
    """The groups whose members, all but one before it, would exceed the limit for that one.

    Most groups are not, and need no order.
    """
    least_room = ibis.ifelse(MEMBERS.restricted, MEMBERS.own - MEMBERS.weight, ibis.null("int64"))
    groups = MEMBERS.group_by(list(GROUP)).agg(weight=MEMBERS.weight.sum(), worst=least_room.max())
    limits = LIMIT_CODES.join(RULES, "entry").select("side", "limit").distinct()
    groups = groups.filter(groups.worst.notnull()).join(limits, "side")
    groups = groups.filter(groups.weight + groups.worst > groups["limit"])
    return groups.select(*GROUP, group=ibis.row_number().over(order_by=groups.holder))


def rivals(services: ir.Table) -> ir.Table:
    """The members of crowded groups, with those who relieve of the limit there."""
    relieving = LIMIT_CODES.filter(~LIMIT_CODES.weighs, ~LIMIT_CODES.restricted)
    placed = MEMBERS.union(_members(services, relieving))
    return placed.join(CROWDED, list(GROUP)).select(*_RIVAL)


def turns_of_rivals(services: ir.Table) -> ir.Table:
    """The turns of the services that are in crowded groups."""
    return turns(services.semi_join(RIVALS, "row"), "history", "stood")


def held_titles(services: ir.Table) -> ir.Table:
    """row, entry and held of the rivals that a title makes relieve, and use up without one.

    Of a practitioner without any title on record nothing is known.
    """
    titled = RIVALS.filter(RIVALS.weight > 0).semi_join(LIMIT_TITLES, "entry")
    asked = titled.select("row", "entry").distinct()
    row = asked.join(services.select("row", "performer", "performed_on"), "row")
    titles = TITLES.mutate(performer=TITLES.practitioner.cast("int64")).drop("practitioner")
    known = row.semi_join(titles, "performer")
    valid = known.join(titles.join(LIMIT_TITLES, "title"), ["entry", "performer"]).filter(
        lambda row: (
            (row.valid_from.isnull() | (row.valid_from <= row.performed_on))
            & (row.valid_to.isnull() | (row.performed_on <= row.valid_to))
        )
    )
    holding = valid.select("row", "entry").distinct()
    wanting = known.anti_join(holding, ["row", "entry"]).select("row", "entry")
    return holding.mutate(held=ibis.literal(True)).union(wanting.mutate(held=ibis.literal(False)))


def timely(given: ir.Table) -> ir.Table:
    """The rows of `TIMELY`; `given` are the services as they were given.

    Whether they are on duty is asked of those that go with them; here it counts where it is denied.
    """
    row = _of_days_asked(given)
    moments = row.filter(row.near.fill_null(True)).select("row", "entry", *_MOMENT)
    answers = only_at_hours.at_hours(moments.distinct())
    said = answers.select("fits", "may_fit", "missing", of_row="row", of_entry="entry")
    joined = row.left_join(said, [row.row == said.of_row, row.entry == said.of_entry])
    known = ibis.cases(
        (~joined.near, False), (~joined.may_fit, False), (joined.near & joined.fits, True)
    )
    missing = ibis.ifelse(joined.near.isnull(), "performed_at", joined.missing)
    return joined.select(
        "row", "entry", "group", timely=known, missing=ibis.ifelse(known.isnull(), missing, None)
    )


_MOMENT = ("performed_at", "performed_on", "timed", "duty")
"""What the hours of a service are asked of."""


def _of_days_asked(given: ir.Table) -> ir.Table:
    """The rivals under rules on hours: whether they are of the day or the night of their group."""
    asked = RIVALS.semi_join(RULES.filter(RULES.at_hours), "entry")
    asked = asked.filter(asked.weight > 0).select("row", "entry", "group")
    at = given.select("row", *_MOMENT).join(_moments(given), "row")
    row = asked.join(CROWDED.select("group", "within"), "group").join(at, "row")
    night = _nights().rename(night_entry="entry")
    row = row.left_join(night, row.entry == night.night_entry)
    part = row.within % 100
    of_the_night = ibis.cases(
        (
            (part == _MORNING) & _is_day(row.performed_on + _A_DAY, row),
            row.minute >= row.from_minute,
        ),
        ((part == _EVENING) & _is_day(row.performed_on - _A_DAY, row), row.minute < row.to_minute),
        else_=False,
    )
    near = ibis.ifelse(_is_day(row.performed_on, row), True, of_the_night)
    return row.mutate(near=near, duty=row.duty.fill_null(True))


_A_DAY = ibis.interval(days=1)


def _is_day(day: ir.DateValue, row: ir.Table) -> ir.BooleanValue:
    number = (day.year() * 100 + day.month()) * 100 + day.day()
    return number == (row.within - row.within % 100) // 100


def contested() -> ir.Table:
    """The rivals with their place: by turn, or in time where the rule asks what was earlier."""
    rules = RULES.select("entry", "limit", "in_time", "lonely_stands", "doubts")
    joined = _as_known().join(TURNS, "row").join(rules, "entry")
    company = joined.filter(joined.lonely_stands, joined.relief + joined.weight > 0)
    company = company.select(accompanied="group").distinct()
    joined = joined.left_join(company, joined["group"] == company.accompanied)
    alone = joined.lonely_stands & joined.accompanied.isnull()
    return joined.select(
        *(name for name in _RIVAL if name != "restricted"),
        "missing",
        "limit",
        restricted=joined.restricted & ~alone & ~joined.doubts,
        lonely=joined.restricted & alone,
        doubted=joined.restricted & joined.doubts,
        place=ibis.ifelse(joined.in_time, joined.moment, joined.turn),
    )


def _as_known() -> ir.Table:
    """The rivals; one that may relieve or use up does that which is known, and both while it isn't.

    What decides it are titles, or when they begin; nothing does where it is not known what they
    are.
    """
    held = HELD.select("held", of_row="row", of_entry="entry")
    joined = RIVALS.left_join(held, [RIVALS.row == held.of_row, RIVALS.entry == held.of_entry])
    joined = joined.drop("of_row", "of_entry")
    timely = TIMELY.select("timely", "missing", of_row="row", of_entry="entry", of_group="group")
    joined = joined.left_join(
        timely,
        [
            joined.row == timely.of_row,
            joined.entry == timely.of_entry,
            joined["group"] == timely.of_group,
        ],
    )
    relieves = ibis.coalesce(joined.held, joined.timely)
    nothing = ibis.literal(0, type="int64")
    return joined.mutate(
        weight=ibis.ifelse(relieves.fill_null(False), nothing, joined.weight),
        relief=ibis.ifelse(relieves.fill_null(True), joined.relief, nothing),
    ).select(*_RIVAL, "missing")


def lonely(services: ir.Table) -> ir.Table:
    """row, entry, case_place and detail of services that go with others, of which none is known.

    One that names a service is told what is wrong with that name.
    """
    lonely = CONTESTED.filter(CONTESTED.lonely).select("row", "entry").distinct()
    own = services.select("row", "patient", "service_id", name="related_service_id")
    row = lonely.join(own, "row")
    row = row.left_join(NAMED, ["entry", "patient", "name"])
    row = row.select(lonely, "service_id", "name", of_patient=row.number % 2 == 0)
    elsewhere = _elsewhere(row)
    row = row.left_join(elsewhere, row.name == elsewhere.elsewhere)
    place = ibis.cases(
        (row.name.isnull(), place_of("unchecked")),
        (row.name == row.service_id, place_of("names-itself")),
        (row.of_patient, place_of("names-unfit")),
        (row.elsewhere.notnull(), place_of("names-another")),
        else_=place_of("names-none"),
    )
    detail = row.name.fill_null("related_service_id")
    return row.select("row", "entry", case_place=place, detail=detail)


def _elsewhere(row: ir.Table) -> ir.Table:
    """The names that the patient has not and another has; few are, so that all are looked at."""
    strange = row.filter(~row.of_patient).select(elsewhere="name").distinct()
    everybody = SERVICES.select(elsewhere="service_id")
    return everybody.semi_join(strange, "elsewhere")


def standing_at_first(refused: ir.Table) -> ir.Table:
    """What is known of the contested services before any group rule is asked.

    History stands as it was decided; a service that a row rule refuses does not stand; one that
    no group rule restricts stands.
    """
    rows = CONTESTED.group_by("row").agg(restricted=CONTESTED.restricted.any())
    known = TURNS.join(rows, "row").select("row", "restricted", "history", "stood")
    by_row = refused.select(refused_row=refused.row).distinct()
    joined = known.left_join(by_row, known.row == by_row.refused_row)
    stands = ibis.cases(
        (joined.history, joined.stood),
        (joined.refused_row.notnull(), False),
        (~joined.restricted, True),
    )
    return joined.select("row", stands=stands)


def standing_after_a_round() -> ir.Table:
    """The next state: what is certain by now is decided."""
    row = CONTESTED.join(STANDING, "row")
    open_groups = row.filter(row.restricted, row.stands.isnull()).select("group")
    weighed = _weighed(row.semi_join(open_groups, "group"))
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
    weighed = _weighed(CONTESTED.join(STANDING, "row"))
    full = weighed.filter(
        weighed.restricted | weighed.doubted,
        weighed.at_least + weighed.own > weighed["limit"],
        weighed.relief_at_least == 0,
    )
    standing = weighed.filter(weighed.stands, weighed.weight > 0)
    evidence = standing.select("group", evidence_row=standing.row, evidence_place=standing.place)
    joined = full.left_join(
        evidence,
        [full["group"] == evidence["group"], evidence.evidence_place < full.place],
    )
    return joined.select(full.row, full.entry, evidence.evidence_row).distinct()


def doubtful() -> ir.Table:
    """row, entry, case_place and detail of services that only what is not known may save.

    What precedes them relieves them, or else uses the limit up: nobody knows which, for want of
    the titles of who performed it, of its hour, or of what its code is.
    """
    both = CONTESTED.filter(CONTESTED.weight > 0, CONTESTED.relief > 0)
    row = CONTESTED.semi_join(both, "group").join(STANDING, "row")
    sure = ibis.ifelse(row.weight > 0, ibis.literal(0, type="int64"), row.relief)
    for_sure = (row.stands.cast("int64") * sure).sum().over(_BEFORE).fill_null(0)
    weighed = _weighed(row.mutate(relief_for_sure=for_sure))
    saved = weighed.filter(
        weighed.restricted, weighed.relief_at_least > 0, weighed.relief_for_sure == 0
    )
    doubts = weighed.filter(weighed.stands, weighed.weight > 0, weighed.relief > 0)
    doubts = doubts.select("group", doubt_place=doubts.place, lacks=doubts.missing)
    joined = saved.join(doubts, "group").filter(lambda row: row.doubt_place < row.place)
    asked = joined.group_by("row", "entry").agg(
        hour=joined.lacks.contains("performed_at").any().fill_null(False),
        day=joined.lacks.contains("bridge_days").any().fill_null(False),
    )
    titled = LIMIT_TITLES.select(titled_entry="entry").distinct()
    asked = asked.left_join(titled, asked.entry == titled.titled_entry)
    detail = ibis.cases(
        (asked.titled_entry.notnull(), "titles"),
        (asked.hour & asked.day, "performed_at, bridge_days"),
        (asked.hour, "performed_at"),
        (asked.day, "bridge_days"),
        else_="kind",
    )
    return asked.select("row", "entry", case_place=place_of("unchecked"), detail=detail)


def before(services: ir.Table) -> ir.Table:
    """row, entry, and the row of each service that counts and comes before it in its group.

    For explanations: of all groups that are looked at, crowded or not, whoever of them stands.
    """
    rules = RULES.select("entry", "in_time")
    others = LIMIT_CODES.filter(~LIMIT_CODES.weighs, ~LIMIT_CODES.restricted)
    placed = MEMBERS.union(_members(services, others))
    placed = placed.join(turns(services), "row").join(rules, "entry")
    placed = placed.mutate(place=ibis.ifelse(placed.in_time, placed.moment, placed.turn))
    mine = placed.filter(placed.restricted)
    counting = placed.filter((placed.weight > 0) | (placed.relief > 0))
    others = counting.select(*GROUP, other_row=counting.row, other_place=counting.place)
    joined = mine.join(others, list(GROUP))
    joined = joined.filter(joined.other_place < joined.place)
    return joined.select("row", "entry", "other_row").distinct()


def _weighed(row: ir.Table) -> ir.Table:
    """Members of whole groups with the least and the most that may stand before each."""
    surely_stands = row.stands.fill_null(False).cast("int64")
    perhaps_stands = row.stands.fill_null(True).cast("int64")
    return row.mutate(
        at_least=(surely_stands * row.weight).sum().over(_BEFORE).fill_null(0),
        at_most=(perhaps_stands * row.weight).sum().over(_BEFORE).fill_null(0),
        relief_at_least=(surely_stands * row.relief).sum().over(_BEFORE).fill_null(0),
        relief_at_most=(perhaps_stands * row.relief).sum().over(_BEFORE).fill_null(0),
    )
