"""Homes for servers, with a space in their names, that every user can enter, unlike pytest's own folders."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def made_home() -> Generator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="redress-tests-"))
    parent.chmod(0o755)
    home = parent / "a home"
    home.mkdir()
    yield home
    shutil.rmtree(parent)


@pytest.fixture
def open_home() -> Generator[Path]:
    """A test's own home."""
    with made_home() as home:
        yield home


@pytest.fixture(scope="module")
def module_home() -> Generator[Path]:
    """A home that a module's tests share."""
    with made_home() as home:
        yield home
