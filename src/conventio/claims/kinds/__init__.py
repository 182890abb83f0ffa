"""The rule kinds, one file each: what a rule of that kind asks, for all its entries at once."""

from collections.abc import Mapping

from conventio.claims.kinds import (
    age_between,
    age_known,
    age_outside,
    at_most,
    by_rate,
    code_in_force,
    covered,
    enough_images,
    faces_fit,
    fact_absent,
    fact_among,
    fact_is,
    fee_known,
    goes_not_with,
    goes_with,
    goes_with_at_hours,
    goes_with_titled,
    ids_alike,
    known_code,
    known_prescription,
    needs_authorisation,
    needs_fact,
    no_patient_share,
    not_after,
    not_after_check,
    not_before_birth,
    not_together,
    not_twice,
    one_attestation,
    only_at_hours,
    only_by_profession,
    only_by_title,
    prescription_fits,
    public_offer,
    tooth_among,
    unsettled,
)
from conventio.claims.kinds.shape import GroupKind, JoinKind, RowKind

ROW_KINDS: Mapping[str, RowKind] = {
    module.Kind.kind: module.Kind()
    for module in (
        known_code,
        covered,
        code_in_force,
        fee_known,
        age_known,
        not_before_birth,
        not_after_check,
        needs_fact,
        fact_is,
        fact_absent,
        fact_among,
        tooth_among,
        age_between,
        age_outside,
        faces_fit,
        enough_images,
        known_prescription,
        prescription_fits,
        public_offer,
        unsettled,
    )
}

GROUP_KINDS: Mapping[str, GroupKind] = {
    module.Kind.kind: module.Kind()
    for module in (
        at_most,
        not_together,
        not_after,
        goes_with,
        goes_not_with,
        goes_with_titled,
        goes_with_at_hours,
    )
}

JOIN_KINDS: Mapping[str, JoinKind] = {
    module.KIND: module
    for module in (
        only_by_title,
        only_by_profession,
        needs_authorisation,
        only_at_hours,
        no_patient_share,
        by_rate,
    )
}

BESIDE_KINDS: Mapping[str, JoinKind] = {
    kind.KIND: kind for kind in (not_twice, one_attestation, ids_alike)
}
"""Those that ask of every service, whatever its code, what the others of the input show."""
