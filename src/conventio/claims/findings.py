"""What the rules say of each service: findings with provision, reason, message and evidence."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CASES, RULES
from conventio.claims.kinds.shape import place_of
from conventio.claims.order import KEYS
from conventio.claims.sentences import ESCAPED

RAW = ibis.table(
    {
        "row": "int64",
        "entry": "int64",
        "case_place": "int64",
        "provision": "string",
        "detail": "string",
        "evidence_row": "int64",
    },
    name="raw_findings",
)
"""Every finding as the kinds give it; `provision` only where it is another than the rule's."""

COLUMNS = (
    "service_id",
    "rule",
    "provision",
    "severity",
    "reason_system",
    "reason_code",
    "message",
    "evidence_service_id",
)


def raw(findings: ir.Table) -> ir.Table:
    """Findings of any kind in the shape of `RAW`: what they do not give is null."""
    given = findings.columns
    return findings.select(
        "row",
        "entry",
        "case_place",
        provision=findings.provision if "provision" in given else ibis.null("string"),
        detail=findings.detail if "detail" in given else ibis.null("string"),
        evidence_row=findings.evidence_row if "evidence_row" in given else ibis.null("int64"),
    )


def of_limits(refused: ir.Table) -> ir.Table:
    """The refusals of the group rules; `alone` where there is no evidence and a sentence for it.

    `undecided` where the rule does no more than doubt.
    """
    kinds = RULES.select("entry", "kind", "doubts")
    joined = refused.join(kinds, "entry")
    place = ibis.cases(
        (joined.doubts, place_of("undecided")),
        (joined.evidence_row.isnull(), place_of("alone")),
        else_=place_of("refuse"),
    )
    return joined.select("row", "entry", case_place=place, evidence_row=joined.evidence_row)


def findings(services: ir.Table) -> ir.Table:
    """The table `findings`, with the keys of the order of decision."""
    said = RAW.join(CASES.rename(own_provision="provision"), ["entry", "case_place"])
    own = services.select("row", *KEYS, "code", "tooth", "performed_on")
    named = RAW.filter(RAW.evidence_row.notnull()).select(named_row="evidence_row")
    evidence = services.semi_join(named, services.row == named.named_row).select(
        evidence_row=services.row,
        evidence_service_id=services.service_id,
        evidence_code=services.code,
        evidence_on=services.performed_on,
    )
    row = said.join(own, "row").left_join(evidence, "evidence_row")
    return row.select(
        *KEYS,
        "rule",
        "severity",
        "reason_system",
        "reason_code",
        "evidence_service_id",
        "row",
        "entry",
        "case",
        "detail",
        "about",
        provision=ibis.coalesce(row.provision, row.own_provision),
        message=_message(row),
    )


def _message(row: ir.Table) -> ir.StringValue:
    """The sentence of the case, with the facts filled in that it tells.

    Facts that the input words freely have their braces escaped until all is filled in.
    """
    own = {"code": row.code, "tooth": row.tooth, "date": row.performed_on}
    evidence = {
        "evidence": _escaped(row.evidence_service_id),
        "evidence_code": row.evidence_code,
        "evidence_date": row.evidence_on,
    }
    message = ibis.ifelse(row.tells_service, _filled(row.template, own), row.template)
    message = _filled(message, {"detail": _escaped(row.detail)})
    message = ibis.ifelse(row.tells_evidence, _filled(message, evidence), message)
    return message.replace(ESCAPED, "{")


def _escaped(fact: ir.StringValue) -> ir.StringValue:
    return fact.replace("{", ESCAPED)


def _filled(text: ir.StringValue, facts: Mapping[str, ir.Value]) -> ir.StringValue:
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value.cast("string").fill_null(""))
    return text
