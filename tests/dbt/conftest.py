"""Where dbt keeps what it parsed, so that a run of the tests parses once."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt")
