"""The mark of tests that try mutants."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mutation: tries mutants of the law; takes a while")
