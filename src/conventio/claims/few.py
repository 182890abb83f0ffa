"""Where services are few: the part of the law that can say something of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from conventio.claims import mixed, repeated
from conventio.folder.engine import Engine

MOST = 1000
"""Up to so many services are few: to look at each takes less than to ask all of the law."""


@dataclass(frozen=True)
class Few:
    """What the law goes by: the codes of all services, and code and day of those to decide.

    `twice` is whether one is there twice, `mixed` whether an attestation or an id is mixed.
    """

    codes: frozenset[str]
    new: frozenset[tuple[str, date | None]]
    twice: bool
    mixed: bool

    @classmethod
    def of(cls, engine: Engine) -> Few:
        """Those of the services in the engine."""
        rows = engine.rows(
            "SELECT DISTINCT code, decided IS NULL AS new, "
            "CASE WHEN decided IS NULL THEN performed_on END AS day FROM services"
        )
        new = frozenset((row["code"], row["day"]) for row in rows if row["new"])
        twice = engine.rows(repeated.PROBE)[0]["repeated"]
        mixing = engine.rows(mixed.probe(engine.dialect))[0]["mixed"]
        return cls(frozenset(row["code"] for row in rows), new, twice, mixing)


@dataclass(frozen=True, eq=False)
class LawTables:
    """The law as tables, by name (`claims.law_tables`)."""

    tables: Mapping[str, pa.Table]

    @cached_property
    def _levels(self) -> Mapping[str, int]:
        codes = self.tables["codes"]
        levels = codes["level"].to_pylist()
        return dict(zip(codes["code"].to_pylist(), levels, strict=True))

    def levels(self, few: Few | None) -> int:
        """How many levels there are of services that go with others."""
        codes = self._levels if few is None else few.codes
        return max((self._levels.get(code, 0) for code in codes), default=0)

    @cached_property
    def _entries(self) -> Mapping[str, list[tuple[int, date, date]]]:
        """The entries that concern each code, with their days."""
        days = {
            row["entry"]: (row["first"], row["last"])
            for name in ("rules", "not_run")
            for row in self.tables[name].select(["entry", "first", "last"]).to_pylist()
        }
        entries = defaultdict(list)
        for name in ("rule_codes", "not_run_codes"):
            for row in self.tables[name].to_pylist():
                entries[row["code"]].append((row["entry"], *days[row["entry"]]))
        return entries

    @cached_property
    def _everywhere(self) -> frozenset[int]:
        both = (self.tables[name] for name in ("rules", "not_run"))
        return frozenset(
            entry for one in both for entry in one.filter(one["everywhere"])["entry"].to_pylist()
        )

    def of(self, few: Few) -> Mapping[str, pa.Table]:
        """The tables with those entries only that can say something of some services."""
        concerned = {
            entry
            for code, day in few.new
            for entry, first, last in self._entries.get(code, ())
            if day is None or first <= day <= last
        }
        return _with_entries(self, self._everywhere | concerned)


@lru_cache(maxsize=64)
def _with_entries(law: LawTables, entries: frozenset[int]) -> Mapping[str, pa.Table]:
    kept = pa.array(entries, pa.int64())
    return {
        name: table.filter(pc.is_in(table["entry"], kept)).combine_chunks()
        if "entry" in table.column_names
        else table
        for name, table in law.tables.items()
    }
