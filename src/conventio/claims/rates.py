"""The fee of a supplement: a rate on the fees of the standing services that it goes with.

It is worked out once it is known which services stand. What a supplement goes with is told by the
group rules on company: those that relieve it, save those that one of these rules excludes.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.facts import priced
from conventio.claims.inputs import (
    CONVERSIONS,
    FEE_LETTERS,
    FEES,
    LETTERS,
    RULES,
    SUPPLEMENT_RATES,
    codes_of,
)
from conventio.claims.kinds.by_rate import KIND
from conventio.claims.kinds.shape import place_of
from conventio.claims.limits import CONTESTED, STANDING

FEE = "decimal(18,2)"
EXACT = "decimal(26,16)"
"""A base: nothing of a relative value, its factor and the value of its letter is lost."""

RATED = ibis.table(
    {"row": "int64", "entry": "int64", "rate": "decimal(18,6)", "amount": "decimal(12,2)"},
    name="rated_services",
)
"""The new services that a rate or an amount is given for, on their day."""

RATED_FEES = ibis.table(
    {"row": "int64", "entry": "int64", "rated_fee": FEE, "lacking": "int64"}, name="rated_fees"
)
"""Their fees; where one can't be worked out, the place of the case that says why."""


def rated(services: ir.Table) -> ir.Table:
    """The rows of `RATED`."""
    entries = codes_of(KIND)
    row = services.select("row", "code", "performed_on").join(entries, "code")
    row = row.filter(row.performed_on.between(row["first"], row["last"]))
    return _on_day(row, SUPPLEMENT_RATES).select("row", "entry", "rate", "amount")


def fees(services: ir.Table) -> ir.Table:
    """The rows of `RATED_FEES`; `services` are all of them, history too."""
    base = RATED.left_join(_bases(services), "row")
    of_rate = (_narrow(base.rate, "decimal(9,6)") * base.base).cast(FEE)
    fee = ibis.ifelse(base.amount.notnull(), base.amount.cast(FEE), of_rate)
    lacking = ibis.cases(
        (fee.notnull(), None),
        (base.care.isnull(), place_of("no-company")),
        (base.doubt, place_of("company-unknown")),
        (base.converted.isnull(), place_of("no-letters")),
        (base.converted, place_of("no-letter-value")),
        else_=place_of("no-fees"),
    )
    return base.select("row", "entry", rated_fee=fee, lacking=lacking)


def findings(services: ir.Table) -> ir.Table:
    """row, entry and case_place of what can't be worked out, or is not known beside the fee."""
    asked = services.semi_join(RATED, "row")
    asked = asked.select("row", "code", "performed_on", "preferential")
    row = by_rate(priced(asked), fees(services))
    unknown = row.unit_reimbursement.isnull() & ~row.shareless.fill_null(False)
    case = ibis.cases((row.lacking.notnull(), row.lacking), (unknown, place_of("no-reimbursement")))
    said = row.mutate(case_place=case)
    return said.filter(said.case_place.notnull()).select("row", "entry", "case_place")


def unrated(found: ir.Table) -> ir.Table:
    """Findings without those on the fees of services that a rate is given for."""
    on_fees = RULES.filter(RULES.kind == "fee-known").select("entry")
    asked = found.semi_join(on_fees, "entry").semi_join(RATED, "row")
    return found.anti_join(asked, ["row", "entry"])


def by_rate(row: ir.Table, rated_fees: ir.Table) -> ir.Table:
    """Services with their unit amounts, the fee by the rate that is given for it, if any.

    What the schedule gives beside another fee is not known to go with this one.
    """
    own = rated_fees.select("entry", "rated_fee", "lacking", rated_row="row")
    joined = row.left_join(own, row.row == own.rated_row)
    is_rated = joined.rated_row.notnull()
    kept = ~is_rated | (joined.unit_fee == joined.rated_fee).fill_null(False)
    return joined.mutate(
        unit_fee=ibis.ifelse(is_rated, joined.rated_fee, joined.unit_fee),
        unit_maximum=ibis.ifelse(kept, joined.unit_maximum, None),
        unit_reimbursement=ibis.ifelse(kept, joined.unit_reimbursement, None),
    ).drop("rated_row", "rated_fee")


def _companies() -> ir.Table:
    """row, care and doubt: whom each supplement is reckoned on, or perhaps is not."""
    company = CONTESTED.semi_join(RULES.filter(RULES.per_company), "entry").join(STANDING, "row")
    mine = company.filter(company.restricted).semi_join(RATED, "row")
    mine = mine.select("row", "group", own_place="place")
    others = company.filter(company.stands, company.weight + company.relief > 0)
    others = others.select("group", "place", "weight", "relief", care="row")
    pair = mine.join(others, "group").filter(lambda pair: pair.place < pair.own_place)
    found = pair.group_by("row", "care").agg(
        out=((pair.weight > 0) & (pair.relief == 0)).any(),
        doubt=((pair.weight > 0) & (pair.relief > 0)).any(),
    )
    return found.filter(~found.out).drop("out")


def _bases(services: ir.Table) -> ir.Table:
    """row, base, care (null where there is none), doubt, and whether letters are converted."""
    pair = _companies().join(RATED.select("row", "entry"), "row").join(CONVERSIONS, "entry")
    care = services.select("code", "performed_on", "count", care="row")
    pair = pair.join(care, "care")
    pair = pair.mutate(count=pair["count"].fill_null(1).cast("decimal(6,0)"))
    valued = _valued(pair)
    base = valued.group_by("row", "times").agg(
        care=valued.care.max(),
        several=valued.care.count() > 1,
        doubt=valued.doubt.any(),
        unlettered=(~valued.lettered).any(),
        from_it=valued.from_it.any(),
        into_it=valued.into_it.any(),
        no_fee=valued.fee.isnull().any(),
        added=valued.fee.sum(),
        mixed=(valued.other & (valued.from_it | valued.into_it | valued.fee.isnull())).any(),
        others=ibis.ifelse(valued.other, valued.fee, 0).sum(),
        no_coefficient=valued.no_coefficient.any(),
        from_value=valued.from_value.sum(),
        into_value=valued.into_value.sum(),
        least=valued.least.min(),
        most=valued.most.max(),
    )
    converted = ibis.cases(
        (~base.several, False),
        (base.unlettered, ibis.null("boolean")),
        else_=base.from_it & base.into_it,
    )
    base = base.mutate(converted=converted)
    worth = _narrow(base.into_value, "decimal(16,10)") + _narrow(
        base.from_value, "decimal(11,6)"
    ) * base.times.cast("decimal(5,4)")
    priced = worth.cast("decimal(16,10)") * _narrow(base.least, "decimal(9,6)")
    unclear = base.mixed | base.no_coefficient | (base.least != base.most)
    of_letters = ibis.ifelse(
        unclear | base.others.isnull(), None, priced.cast(EXACT) + _narrow(base.others, EXACT)
    )
    of_fees = ibis.ifelse(base.no_fee, None, _narrow(base.added, EXACT))
    known = ibis.cases((base.doubt, None), (base.converted, of_letters), (~base.converted, of_fees))
    return base.select("row", "care", "doubt", "converted", base=known.cast(EXACT))


def _valued(pair: ir.Table) -> ir.Table:
    """The services that bases are made of, each with its fee and its relative values."""
    fee = _on_day(pair, FEES).select("row", "care", unit_fee="fee")
    letters = _letters(pair)
    joined = pair.left_join(fee, ["row", "care"]).drop("row_right", "care_right")
    joined = joined.left_join(letters, ["row", "care"]).drop("row_right", "care_right")
    return joined.mutate(
        fee=joined.unit_fee * joined["count"],
        lettered=joined.lettered.fill_null(False),
        other=joined.other.fill_null(False),
        from_it=joined.from_it.fill_null(False),
        into_it=joined.into_it.fill_null(False),
        no_coefficient=joined.no_coefficient.fill_null(False),
    )


def _letters(pair: ir.Table) -> ir.Table:
    """row, care, and its relative values in the letters of the conversion; those of its count."""
    several = _on_day(pair, FEE_LETTERS)
    one = _on_day(pair, FEES).anti_join(several, ["row", "care"])
    one = one.filter(one.letter.notnull()).mutate(group=ibis.null("string"))
    kept = ("row", "care", "count", "performed_on", "from_letter", "into_letter")
    part = ibis.union(
        *(ones.select(*kept, "letter", "group", "coefficient") for ones in (several, one))
    )
    part = part.mutate(
        from_it=part.letter == part.from_letter, into_it=part.letter == part.into_letter
    )
    part = _with_value(part)
    value = _narrow(part.coefficient, "decimal(10,6)") * part["count"]
    return part.group_by("row", "care").agg(
        lettered=ibis.literal(True),
        from_it=part.from_it.any(),
        into_it=part.into_it.any(),
        other=(~(part.from_it | part.into_it)).any(),
        no_coefficient=((part.from_it | part.into_it) & value.isnull()).any(),
        from_value=ibis.ifelse(part.from_it, value, 0).sum(),
        into_value=ibis.ifelse(part.into_it, value, 0).sum(),
        least=part.least.min(),
        most=part.most.max(),
    )


def _with_value(part: ir.Table) -> ir.Table:
    """With the least and the most that the letter converted into is worth that day."""
    worth = LETTERS.select(
        "value",
        worth_letter="letter",
        worth_group="group",
        worth_from="valid_from",
        worth_to="valid_to",
    )
    day = part.performed_on
    joined = part.left_join(
        worth,
        [
            part.into_it,
            part.letter == worth.worth_letter,
            part["group"].isnull() | (part["group"] == worth.worth_group),
            worth.worth_from.isnull() | (worth.worth_from <= day),
            worth.worth_to.isnull() | (day <= worth.worth_to),
        ],
    )
    # A part whose letter has several values that day is summed once.
    keys = list(part.columns)
    return joined.group_by(keys).agg(least=joined.value.min(), most=joined.value.max())


def _on_day(row: ir.Table, table: ir.Table) -> ir.Table:
    """The rows with what a table holds for their code on their day."""
    own = table.rename(of_code="code", of_from="valid_from", of_to="valid_to")
    return row.join(
        own,
        [
            row.code == own.of_code,
            own.of_from.isnull() | (own.of_from <= row.performed_on),
            own.of_to.isnull() | (row.performed_on <= own.of_to),
        ],
    )


def _narrow(value: ir.Value, type_: str) -> ir.Value:
    """A number in fewer digits; null where it has more than anything is worth."""
    digits, scale = map(int, type_[len("decimal(") : -1].split(","))
    return ibis.ifelse(value < 10 ** (digits - scale), value, None).cast(type_)
