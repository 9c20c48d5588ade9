"""The layers of the warehouse: who reads whom, and the same words as in the product."""

import re
from pathlib import Path

from api.events.catalogue import CATALOGUE
from tests.house.test_files import ROOT

MODELS = ROOT / "dbt" / "models"
REF = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")
MART = re.compile(r"\b(?:fct|dim)_\w+\b")


def models(layer: str) -> list[Path]:
    found = sorted((MODELS / layer).rglob("*.sql"))
    assert found, f"there are no models in {layer}"
    return found


def test_only_staging_reads_sources() -> None:
    reading = [
        path.name for layer in ("intermediate", "marts") for path in models(layer) if "source(" in path.read_text()
    ]
    assert not reading


def test_marts_read_no_staging() -> None:
    reading = {path.name: refs for path in models("marts") if (refs := _refs(path, "stg_"))}
    assert not reading


def test_staging_reads_nothing_but_its_source() -> None:
    reading = {path.name: refs for path in models("staging") if (refs := REF.findall(path.read_text()))}
    assert not reading


def test_every_event_of_the_catalogue_is_accepted_and_no_other() -> None:
    text = (MODELS / "staging" / "_staging.yml").read_text()
    accepted = set(re.findall(r"\b[a-z_]+\.[a-z_]+\b", text)) & set(CATALOGUE)
    assert accepted == set(CATALOGUE)


def test_dashboards_name_only_published_marts() -> None:
    contract = "".join(path.read_text() for path in (MODELS / "marts").glob("*.yml"))
    published = set(re.findall(r"- name: ((?:fct|dim)_\w+)", contract))
    named = {mart for path in (ROOT / "dashboards").rglob("*.py") for mart in MART.findall(path.read_text())}
    assert named
    assert named <= published


def test_sla_arithmetic_is_never_sql() -> None:
    counting = [path.name for path in (ROOT / "dbt").rglob("*.sql") if "weekly_hours" in path.read_text()]
    assert [name for name in counting if not name.startswith("stg_")] == []


def _refs(path: Path, prefix: str) -> list[str]:
    return [name for name in REF.findall(path.read_text()) if name.startswith(prefix)]
