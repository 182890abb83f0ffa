"""One Spark for all tests here, which run in one process: starting it takes longer than they do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from conventio.folder.engine import EngineMissing
from conventio.folder.spark import LARGE, Spark
from conventio.folder.spark_program import look_for_spark, started

HERE = Path(__file__).parent

NewSpark = Callable[..., Spark]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session of a Spark on this machine; `.ci/run` installs the Java that it asks for."""
    try:
        look_for_spark()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    with started(tmp_path_factory.mktemp("spark"), master="local[2]") as engine:
        yield engine.session


@pytest.fixture
def new_spark(program: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewSpark]:
    """Makes engines without tables; with `reads` one that reads the input by itself."""
    with ExitStack() as stack:

        def made(*, reads: bool = False) -> Spark:
            scratch = tmp_path_factory.mktemp("scratch")
            engine = Spark(program.newSession(), scratch, given=LARGE if reads else 0)
            # As many partitions as for a little, so that the tests are as quick.
            engine.session.conf.set("spark.sql.shuffle.partitions", "2")
            return stack.enter_context(engine)

        yield made
