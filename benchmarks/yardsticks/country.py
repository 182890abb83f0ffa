"""A small country for OpenFisca: fees by code and day, the age on a day, the patient's share.

Amounts are whole cents: OpenFisca's own floats would lose some.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

AMOUNTS = ("fee", "reimbursement", "reimbursement_preferential")

Service = build_entity(key="service", plural="services", label="A service", is_person=True)


class code(Variable):
    """The place of the code among those that have fees."""

    value_type = int
    entity = Service
    definition_period = DateUnit.DAY


class count(Variable):
    """How many."""

    value_type = int
    default_value = 1
    entity = Service
    definition_period = DateUnit.DAY


class performed_on(Variable):
    """The day of service; those of one period have the same fees."""

    value_type = date
    entity = Service
    definition_period = DateUnit.DAY


class birth_date(Variable):
    """The patient's."""

    value_type = date
    entity = Service
    definition_period = DateUnit.DAY


class preferential(Variable):
    """Whether the patient has the preferential regime."""

    value_type = bool
    entity = Service
    definition_period = DateUnit.DAY


class refused(Variable):
    """Whether it is refused, which rules of claims say."""

    value_type = bool
    entity = Service
    definition_period = DateUnit.DAY


class age(Variable):
    """The patient's birthdays by the day of service."""

    value_type = int
    entity = Service
    definition_period = DateUnit.DAY

    def formula(service: Any, period: Any, parameters: Any) -> Any:
        """Years between, less one where the birthday is still to come."""
        born, day = service("birth_date", period), service("performed_on", period)
        born_year, born_month, born_day = _parts(born)
        year, month, of_month = _parts(day)
        return year - born_year - (month * 100 + of_month < born_month * 100 + born_day)


class fee_agreed(Variable):
    """The fee of the day, in cents."""

    value_type = int
    entity = Service
    definition_period = DateUnit.DAY

    def formula(service: Any, period: Any, parameters: Any) -> Any:
        """By code."""
        return _of_code(service, period, parameters, "fee") * service("count", period)


class reimbursement(Variable):
    """What is reimbursed, in cents."""

    value_type = int
    entity = Service
    definition_period = DateUnit.DAY

    def formula(service: Any, period: Any, parameters: Any) -> Any:
        """By code and regime; nothing where the service is refused."""
        unit = numpy.where(
            service("preferential", period),
            _of_code(service, period, parameters, "reimbursement_preferential"),
            _of_code(service, period, parameters, "reimbursement"),
        )
        return numpy.where(service("refused", period), 0, unit * service("count", period))


class patient_share(Variable):
    """What is left to the patient, in cents."""

    value_type = int
    entity = Service
    definition_period = DateUnit.DAY

    def formula(service: Any, period: Any, parameters: Any) -> Any:
        """The fee less what is reimbursed."""
        return service("fee_agreed", period) - service("reimbursement", period)


def _parts(days: Any) -> tuple[Any, Any, Any]:
    """Year, month from 0 and day from 0 of dates."""
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    month = (months - years).astype("int32")
    return years.astype("int32"), month, (days - months).astype("int32")


def _of_code(service: Any, period: Any, parameters: Any, amount: str) -> Any:
    """An amount of each service's code; the parameters are asked once for each code."""
    fees = parameters(period).fees
    by_code = [getattr(fees[name], amount) for name in fees]
    return numpy.array(by_code, dtype="int32")[service("code", period)]


def country(fees: Iterable[Mapping[str, Any]], codes: Sequence[str]) -> TaxBenefitSystem:
    """The country with the fees of some codes: rows of the table `fees`, in order of their days."""
    parameters: dict[str, Any] = {name: {one: {"values": {}} for one in AMOUNTS} for name in codes}
    for row in fees:
        for amount in AMOUNTS:
            values = parameters[row["code"]][amount]["values"]
            values[str(row["valid_from"])] = {"value": cents(row[amount])}
    system = TaxBenefitSystem([Service])
    system.add_variables(
        *(code, count, performed_on, birth_date, preferential, refused),
        *(age, fee_agreed, reimbursement, patient_share),
    )
    system.parameters = ParameterNode("", data={"fees": parameters})
    return system


def cents(amount: Decimal) -> int:
    """An amount in EUR, in cents."""
    return int(amount * 100)
