"""Whether a table from memory is still what it was: programs may write into what they lent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import pyarrow as pa


@dataclass(frozen=True)
class Seen:
    """A table as it was when it was read."""

    table: pa.Table
    sum: int

    @classmethod
    def now(cls, table: pa.Table) -> Seen:
        """The table as it is now."""
        found = 0
        for buffer in _buffers(table):
            found = crc32(buffer, found)
        return cls(table, found)


def _buffers(table: pa.Table) -> Iterator[pa.Buffer]:
    """The memory that a table lies in, or that of the tables that it is a part of."""
    for column in table.columns:
        for chunk in column.chunks:
            yield from filter(None, chunk.buffers())
            if pa.types.is_dictionary(chunk.type):
                yield from filter(None, chunk.dictionary.buffers())
