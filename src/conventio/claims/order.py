"""The order in which the services of a patient are decided (`contract`: one by one)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, SERVICES

NO_SESSION = ""


def leveled() -> ir.Table:
    """Every service with its level: how many rounds of other services its code comes after."""
    codes = CODES.select("code", "level")
    joined = SERVICES.left_join(codes, SERVICES.code == codes.code)
    return joined.select(
        SERVICES,
        level=codes.level.fill_null(0),
        history=SERVICES.decided.notnull(),
        session=SERVICES.session_id.fill_null(NO_SESSION),
        session_day=ibis.ifelse(
            SERVICES.session_id.isnull(), SERVICES.performed_on, ibis.null("date")
        ).fill_null(ibis.date(1, 1, 1)),
        instant=SERVICES.performed_utc,
    )


def after_those_they_go_with(services: ir.Table, level: int) -> ir.Table:
    """The services, those of one level moved to the latest instant of those they go with.

    These are the related service, and the services of lower level in the same session.
    """
    going = services.filter(services.level == level, services.instant.notnull())
    others = services.filter(services.level < level)
    related = others.select(
        related_id=others.service_id, related_patient=others.patient_id, at=others.instant
    )
    by_name = going.join(
        related,
        [
            going.related_service_id == related.related_id,
            going.patient_id == related.related_patient,
        ],
    ).select("row", "at")
    same = ["patient_id", "practitioner", "session", "session_day"]
    sessions = others.filter(others.instant.notnull()).group_by(same).agg(at=others.instant.max())
    by_session = going.join(sessions, same).select("row", "at")
    latest = by_name.union(by_session).group_by("row").agg(at=lambda found: found["at"].max())
    moved = services.left_join(latest, services.row == latest.row)
    return moved.select(
        *(services[name] for name in services.columns if name != "instant"),
        instant=ibis.ifelse(latest["at"] > services.instant, latest["at"], services.instant),
    )


def ordered(services: ir.Table) -> ir.Table:
    """The services with two positions: that of decision, and that in time.

    In the order of decision history comes first; in time it stands where it was performed.
    """
    ties = [
        ibis.asc(services.level),
        ibis.asc(services.line, nulls_first=True),
        ibis.asc(services.service_id),
    ]
    decision = ibis.window(
        group_by=services.patient_id,
        order_by=[ibis.desc(services.history), ibis.asc(services.instant), *ties],
    )
    time = ibis.window(
        group_by=services.patient_id,
        order_by=[ibis.asc(services.performed_utc), ibis.desc(services.history), *ties],
    )
    return services.mutate(
        position=ibis.row_number().over(decision), moment=ibis.row_number().over(time)
    ).drop("instant", "performed_utc")
