"""The tables that the rules read, as the engine holds them; only the columns that are used."""

from __future__ import annotations

import ibis

MONEY = "decimal(12, 2)"

SERVICES = ibis.table(
    {
        "row": "int64",
        "service_id": "string",
        "patient_id": "string",
        "practitioner": "string",
        "performed_at": "timestamp",
        "performed_utc": "timestamp",
        "performed_on": "date",
        "timed": "boolean",
        "code": "string",
        "line": "int64",
        "count": "int64",
        "session_id": "string",
        "related_service_id": "string",
        "tooth": "string",
        "surfaces": "string",
        "images": "int64",
        "setting": "string",
        "site": "string",
        "prescription_id": "string",
        "justification": "string",
        "direct_method": "boolean",
        "provisional": "boolean",
        "examined": "boolean",
        "urgent": "boolean",
        "duty": "boolean",
        "medical_case": "boolean",
        "local_anaesthesia": "boolean",
        "existing_denture": "boolean",
        "report": "boolean",
        "pregnant": "boolean",
        "digital_data_kept": "boolean",
        "earlier_images": "string",
        "requirement": "string",
        "fee": MONEY,
        "supplement": MONEY,
        "decided": "string",
    },
    name="services",
)

PATIENTS = ibis.table(
    {"patient_id": "string", "birth_date": "date", "preferential": "boolean"}, name="patients"
)

PRACTITIONERS = ibis.table(
    {"practitioner": "string", "public_offer_covers_duty_hours": "boolean"}, name="practitioners"
)

PRESCRIPTIONS = ibis.table(
    {
        "prescription_id": "string",
        "prescriber": "string",
        "patient_name": "string",
        "patient_first_names": "string",
        "patient_birth_date": "date",
        "patient_sex": "string",
        "clinical_information": "string",
        "diagnostic_question": "string",
        "further_information": "string",
        "proposed_examinations": "string",
        "earlier_examinations": "string",
        "prescriber_name": "string",
        "prescriber_first_name": "string",
        "prescriber_address": "string",
        "prescribed_on": "date",
        "signed": "boolean",
        "in_treatment": "boolean",
        "model_form": "boolean",
    },
    name="prescriptions",
)

AUTHORISATIONS = ibis.table(
    {"practitioner": "string", "kind": "string", "valid_from": "date", "valid_to": "date"},
    name="authorisations",
)

BRIDGE_DAYS = ibis.table({"date": "date"}, name="bridge_days")

TITLES = ibis.table(
    {"practitioner": "string", "title": "string", "valid_from": "date", "valid_to": "date"},
    name="titles",
)

FEES = ibis.table(
    {
        "code": "string",
        "valid_from": "date",
        "valid_to": "date",
        "fee": MONEY,
        "maximum_fee": MONEY,
        "reimbursement": MONEY,
        "reimbursement_preferential": MONEY,
    },
    name="fees",
)

CODES = ibis.table(
    {
        "code": "string",
        "level": "int64",
        "faces": "int64",
        "images": "int64",
        "valid_from": "date",
        "valid_to": "date",
    },
    name="codes",
)
"""The law's nomenclature with the folder's own rows, and how many rounds a code comes after."""

RULES = ibis.table(
    {
        "entry": "int64",
        "rule": "string",
        "kind": "string",
        "everywhere": "boolean",
        "dated": "boolean",
        "answers_undated": "boolean",
        "first": "date",
        "last": "date",
        "only_prescribed": "boolean",
        "only_known_prescription": "boolean",
        "fact": "string",
        "facts": "string",
        "undecided": "string",
        "value": "boolean",
        "warns": "boolean",
        "from_birthday": "int64",
        "to_birthday": "int64",
        "or_more_from": "int64",
        "limit": "int64",
        "counts_itself": "boolean",
        "in_time": "boolean",
        "lonely_stands": "boolean",
        "per_tooth": "boolean",
        "per_year": "boolean",
        "per_day": "boolean",
        "per_session": "boolean",
        "per_company": "boolean",
    },
    name="rules",
)
"""The entries of the rules that are run, each with the parameters of its kind."""

RULE_CODES = ibis.table({"entry": "int64", "code": "string"}, name="rule_codes")
"""The codes that an entry of a row kind, or of titles, concerns."""

LIMIT_CODES = ibis.table(
    {
        "entry": "int64",
        "side": "int64",
        "code": "string",
        "weighs": "boolean",
        "relieves": "boolean",
        "restricted": "boolean",
    },
    name="limit_codes",
)
"""For each side of a group rule: the codes that use it up, restrict it, or relieve of it."""

PERMITS = ibis.table(
    {
        "entry": "int64",
        "title": "string",
        "code": "string",
        "provision": "string",
        "unsettled": "boolean",
    },
    name="permits",
)
"""The codes that each title permits."""

REFUSING = ibis.table({"entry": "int64", "title": "string", "provision": "string"}, name="refusing")
"""The provision that is cited where a title does not permit."""

CASES = ibis.table(
    {
        "entry": "int64",
        "case": "string",
        "rule": "string",
        "provision": "string",
        "severity": "string",
        "reason_system": "string",
        "reason_code": "string",
        "template": "string",
    },
    name="cases",
)
"""What each entry says in each of its cases."""

NOT_RUN = ibis.table(
    {
        "entry": "int64",
        "everywhere": "boolean",
        "answers_undated": "boolean",
        "first": "date",
        "last": "date",
    },
    name="not_run",
)
"""The entries of the rules that are not run."""

NOT_RUN_CODES = ibis.table({"entry": "int64", "code": "string"}, name="not_run_codes")
"""The codes that they would have concerned."""

LAW = ibis.table({"version": "string"}, name="law")
"""One row: the version of the law used."""

RULE_AUTHORISATIONS = ibis.table(
    {"entry": "int64", "authorisation": "string"}, name="rule_authorisations"
)
"""The authorisations that an entry asks for."""

HOURS = ibis.table(
    {
        "entry": "int64",
        "days": "string",
        "start": "int64",
        "end": "int64",
        "with_duty": "boolean",
        "refused_by": "string",
        "bridge_days_given": "boolean",
    },
    name="rule_hours",
)
"""The hours of an entry, in minutes of the day; whether the input has bridge days."""

MINUTES = ibis.table({"entry": "int64", "minute": "int64"}, name="rule_minutes")
"""The minutes at which the hours of an entry change."""

CALENDAR = ibis.table(
    {"entry": "int64", "day": "date", "weekday": "int64", "holiday": "boolean"}, name="calendar"
)
"""The days of the services: Monday is 1; whether it is a holiday that an entry counts."""
