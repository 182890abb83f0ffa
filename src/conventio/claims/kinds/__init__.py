"""The rule kinds, one file each: what a rule of that kind asks, for all its entries at once."""

from collections.abc import Mapping

from conventio.claims.kinds import (
    age_between,
    at_most,
    code_in_force,
    faces_fit,
    fact_is,
    fee_known,
    known_code,
    needs_fact,
    not_after,
    not_together,
    unsettled,
)
from conventio.claims.kinds.shape import GroupKind, RowKind

ROW_KINDS: Mapping[str, RowKind] = {
    module.Kind.kind: module.Kind()
    for module in (
        known_code,
        code_in_force,
        fee_known,
        needs_fact,
        fact_is,
        age_between,
        faces_fit,
        unsettled,
    )
}

GROUP_KINDS: Mapping[str, GroupKind] = {
    module.Kind.kind: module.Kind() for module in (at_most, not_together, not_after)
}
