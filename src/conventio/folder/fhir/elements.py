"""What FHIR R4 says of an element, as the models of fhir.resources hold it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from fhir.resources.R4B import get_fhir_model_class
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from fhir_core.utils import (
    determine_version_prefix,
    get_fhir_type_name,
    is_list_type,
    is_primitive_type,
)

Location = tuple[str | int, ...]
"""Where something stands: names of elements, and numbers where they repeat."""


class Element(NamedTuple):
    """An element within a type: its own type, whether it repeats, whether it is a plain value."""

    type: str
    repeats: bool
    primitive: bool


def model(type_: str) -> type[FHIRAbstractModel] | None:
    """The model of a FHIR type; None where there is no such type."""
    try:
        return get_fhir_model_class(type_)
    except (KeyError, ValueError):
        return None


@lru_cache(maxsize=4096)
def element(type_: str, name: str) -> Element | None:
    """The element `name` of a type; None where the type has none."""
    parent = model(type_)
    field = None if parent is None else parent.get_alias_mapping().get(name)
    if parent is None or field is None:
        return None
    info = parent.model_fields[field]
    prefix = determine_version_prefix(parent.__module__)
    return Element(get_fhir_type_name(info, prefix), is_list_type(info), is_primitive_type(info))
