"""The law: data, its model, reading and checking, dates, gaps, the nomenclature."""

from conventio.law.documents import Fault, LawError
from conventio.law.law import Law
from conventio.law.read import read, shipped

__all__ = ["Fault", "Law", "LawError", "read", "shipped"]
