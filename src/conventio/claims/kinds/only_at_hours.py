"""Services that begin at some hours only: of the night, of the weekend, of holidays."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import BRIDGE_DAYS, CALENDAR, HOURS, MINUTES, codes_of
from conventio.claims.kinds.shape import CaseName, Column, Severity, on_its_day, place_of
from conventio.law.rules import OnlyAtHours

KIND = "only-at-hours"
SEVERITIES: Mapping[CaseName, Severity] = {
    "outside": "refuse",
    "off-duty": "refuse",
    "unchecked": "unchecked",
}


def needs(rule: OnlyAtHours) -> list[Column]:
    """Nothing: what only a missing fact could save is `unchecked`."""
    return []


def findings(services: ir.Table) -> ir.Table:
    """row, entry, case, provision and detail of the services that begin outside the hours.

    A date without a time fits where its whole day does, and is `unchecked` elsewhere.
    """
    answers = at_hours(_concerned(services))
    outside = answers.filter(~answers.fits & ~answers.may_fit)
    unknown = answers.filter(~answers.fits & answers.may_fit)
    undated = _concerned(services)
    undated = undated.filter(undated.performed_on.isnull())
    nothing = ibis.null("string")
    return ibis.union(
        outside.select(
            "row",
            "entry",
            case_place=ibis.ifelse(outside.off_duty, place_of("off-duty"), place_of("outside")),
            provision="refused_by",
            detail=nothing,
        ),
        unknown.select(
            "row", "entry", case_place=place_of("unchecked"), provision=nothing, detail="missing"
        ),
        undated.select(
            "row",
            "entry",
            case_place=place_of("unchecked"),
            provision=nothing,
            detail=ibis.literal("performed_at"),
        ),
        distinct=False,
    )


def _concerned(services: ir.Table) -> ir.Table:
    joined = services.join(codes_of(KIND), "code")
    return joined.filter(on_its_day(joined)).select(
        "row", "entry", "performed_at", "performed_on", "timed", "duty"
    )


def at_hours(services: ir.Table) -> ir.Table:
    """row, entry, and by the hours of the entry: fits, may_fit, refused_by, and what is missing.

    The services have performed_at, performed_on, timed and duty; none is without its date.
    """
    return _answers(_moments(services))


def _moments(services: ir.Table) -> ir.Table:
    """The minute at which each begins; for a date alone, every minute at which hours change."""
    at = services.performed_at
    timed = services.filter(services.timed).mutate(minute=at.hour() * 60 + at.minute())
    whole = services.filter(~services.timed).join(MINUTES, "entry")
    columns = ["row", "entry", "performed_on", "timed", "duty", "minute"]
    return (
        timed.mutate(minute=timed.minute.cast("int64")).select(columns).union(whole.select(columns))
    )


def _answers(moments: ir.Table) -> ir.Table:
    """For each service whether it surely fits, whether it may, and what would have to be known."""
    bridge = BRIDGE_DAYS.select(bridge_day="date").distinct()
    of_day = CALENDAR.rename(performed_on="day")
    row = moments.join(of_day, ["entry", "performed_on"])
    row = row.left_join(bridge, row.performed_on == bridge.bridge_day)
    row = row.join(HOURS, "entry")
    bridging = ibis.cases(
        (row.bridge_day.notnull(), True), (row.bridge_days_given, False), else_=ibis.null("boolean")
    )
    of_the_day = ibis.cases(
        (row.days == "any", True),
        (row.days == "saturday", row.weekday == 6),
        (row.days == "sunday", row.weekday == 7),
        (row.days == "holiday", row.holiday),
        else_=bridging,
    )
    within = ibis.ifelse(
        row.start < row.end,
        (row.start <= row.minute) & (row.minute < row.end),
        (row.start <= row.minute) | (row.minute < row.end),
    )
    on_duty = ibis.ifelse(row.with_duty, row.duty, True)
    row = row.mutate(
        in_hours=of_the_day & within,
        bridging=bridging,
        on_duty=on_duty,
        wanting=of_the_day & within & ~on_duty,
    )
    by_minute = row.group_by(["row", "entry", "timed", "minute"]).agg(
        fits=(row.in_hours & row.on_duty).any().fill_null(False),
        may_fit=(row.in_hours & row.on_duty).fill_null(True).any(),
        no_bridge=(row.in_hours.isnull() & row.on_duty.fill_null(True)).any(),
        no_duty=(row.in_hours & row.on_duty.isnull()).any().fill_null(False),
        off_duty=row.wanting.any().fill_null(False),
        refused_by=ibis.ifelse(row.wanting, row.refused_by, None).max(),
    )
    return _by_service(by_minute)


def _by_service(by_minute: ir.Table) -> ir.Table:
    """A date alone fits where all its minutes do; where some do, its time is wanting."""
    open_minutes = by_minute.may_fit & ~by_minute.fits
    found = by_minute.group_by(["row", "entry", "timed"]).agg(
        fits=by_minute.fits.all(),
        may_fit=by_minute.may_fit.any(),
        no_bridge=(open_minutes & by_minute.no_bridge).any(),
        no_duty=(open_minutes & by_minute.no_duty).any(),
        off_duty=by_minute.off_duty.any(),
        refused_by=by_minute.refused_by.max(),
    )
    missing = (
        ibis.ifelse(found.timed, "", ", performed_at")
        + ibis.ifelse(found.no_bridge, ", bridge_days", "")
        + ibis.ifelse(found.no_duty, ", duty", "")
    )
    return found.mutate(missing=missing.substr(2))
