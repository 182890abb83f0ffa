from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from conventio.folder.engine import DuckDB


def test_long_work_says_nothing_on_stdout() -> None:
    with DuckDB() as engine:
        (row,) = engine.rows("SELECT current_setting('enable_progress_bar') AS bar")
    assert row == {"bar": False}, "it would stand between the lines of --json"


WORDS = ["zéro", "a", "Z", "a'b", "", "a"]


def test_texts_that_repeat_are_kept_by_number_and_read_as_ever(tmp_path: Path) -> None:
    """In the order of their bytes; only who asks for short types sees the numbers."""
    table = pa.table({"word": WORDS, "case": WORDS, "price": pa.array([Decimal("1.50")] * 6)})
    file = tmp_path / "words.parquet"
    query = "SELECT * FROM words ORDER BY word"
    with DuckDB() as engine:
        engine.load("words", table, repeated=("word", "case"))
        (kept,) = engine.rows("SELECT DISTINCT typeof(word) AS kept FROM words")
        answer, short = engine.arrow(query), engine.arrow(query, short=True)
        again = engine.arrow(query)
        engine.write_parquet(query, file)
    assert kept["kept"].startswith("ENUM")
    assert answer["word"].to_pylist() == sorted(WORDS, key=str.encode)
    assert answer.equals(again)
    assert answer.schema.types == [pa.string(), pa.string(), pa.decimal128(3, 2)]
    assert pa.types.is_dictionary(short.schema.field("word").type)
    assert short.to_pylist() == answer.to_pylist() == pq.read_table(file).to_pylist()
    assert pq.read_schema(file).types[:2] == [pa.string(), pa.string()]


def test_a_table_without_rows_has_no_texts_to_number() -> None:
    with DuckDB() as engine:
        engine.load("words", pa.table({"word": pa.array([], pa.string())}), repeated=("word",))
        assert engine.arrow("SELECT word FROM words").schema.types == [pa.string()]
