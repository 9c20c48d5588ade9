"""Homes for servers."""

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.fixture
def open_home() -> Generator[Path]:
    """A home with a space in its name that every user can enter, unlike pytest's own folders."""
    parent = Path(tempfile.mkdtemp(prefix="redress-tests-"))
    parent.chmod(0o755)
    home = parent / "a home"
    home.mkdir()
    yield home
    shutil.rmtree(parent)
