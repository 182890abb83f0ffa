"""Belgian FHIR messages (eAttest creation, eTariff consultation) as tables of a folder."""

from conventio.folder.fhir.read import read_message

__all__ = ["read_message"]
