"""Where the dbt project lies, the environment it needs, and how it is run and parsed."""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
from psycopg.conninfo import conninfo_to_dict

from api.settings import Settings

ROOT = Path(__file__).parents[2] / "dbt"
DBT = Path(sys.executable).with_name("dbt")


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What a dbt build did: models and tests that went well, and a line for each that did not."""

    models: int
    tests: int
    problems: list[str]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that `dbt/profiles.yml` reads, and dbt's own."""
    parts = conninfo_to_dict(settings.warehouse_url)
    return {
        "REDRESS_WAREHOUSE_HOST": str(parts.get("host") or "127.0.0.1"),
        "REDRESS_WAREHOUSE_PORT": str(parts.get("port") or 5432),
        "REDRESS_WAREHOUSE_USER": str(parts.get("user") or ""),
        "REDRESS_WAREHOUSE_PASSWORD": str(parts.get("password") or ""),
        "REDRESS_WAREHOUSE_DBNAME": str(parts.get("dbname") or "warehouse"),
        "DBT_PROJECT_DIR": str(ROOT),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def build_args(*, is_full: bool) -> list[str]:
    """The arguments of a build; a full one also tests everything instead of what is new. Unit tests hold the formulas, which
    no data changes: they run where the project is tested."""
    return [
        "build",
        "--exclude-resource-type",
        "unit_test",
        *(["--full-refresh", "--vars", "{check: all}"] if is_full else []),
    ]


def run_build(settings: Settings, *, is_full: bool = False) -> Built:
    """Build and test every model in a process of its own; what went wrong is in `problems`."""
    target = settings.home / "dbt" / "target"
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    done = _dbt(settings, [*build_args(is_full=is_full), "--quiet"], target)
    if not results.exists():
        return Built(models=0, tests=0, problems=[_last_lines(done.stdout + done.stderr)])
    nodes: list[dict[str, Any]] = msgspec.json.decode(results.read_bytes())["results"]
    good = [node["unique_id"].split(".")[0] for node in nodes if node["status"] in ("success", "pass", "warn")]
    bad = [node for node in nodes if node["status"] in ("error", "fail", "runtime error", "partial success")]
    problems = [f"{node['unique_id'].split('.')[2]}: {' '.join(str(node['message']).split())}" for node in bad]
    if done.returncode and not problems:
        problems = [_last_lines(done.stdout + done.stderr)]
    return Built(models=good.count("model"), tests=good.count("test"), problems=problems)


def ensure_manifest(settings: Settings) -> Path:
    """The project's manifest, parsed again when a file of the project is another; needs no database."""
    target = settings.home / "dbt" / "manifest"
    manifest, of, state = target / "manifest.json", target / "parsed.sha256", _state()
    if not manifest.exists() or not of.exists() or of.read_text() != state:
        done = _dbt(settings, ["parse", "--quiet"], target)
        if done.returncode:
            raise RuntimeError(f"dbt cannot read its project: {_last_lines(done.stdout + done.stderr)}")
        of.write_text(state)
    return manifest


def ensure_docs(settings: Settings) -> Path:
    """What dbt knows of the warehouse as one page (gzip), written again when a file of the project is another.

    It reads the columns of the tables there are, so it comes after a build. The web app serves it to staff.
    """
    target = ensure_manifest(settings).parent
    page, of, state = settings.data_docs, target / "described.sha256", _state()
    if not page.exists() or not of.exists() or of.read_text() != state:
        done = _dbt(settings, ["docs", "generate", "--static", "--no-compile", "--quiet"], target)
        if done.returncode:
            raise RuntimeError(f"dbt cannot describe its project: {_last_lines(done.stdout + done.stderr)}")
        part = page.with_suffix(".part")
        part.write_bytes(gzip.compress((target / "static_index.html").read_bytes()))
        part.replace(page)
        of.write_text(state)
    return page


def _state() -> str:
    files = sorted(
        path for path in ROOT.rglob("*") if path.suffix in (".sql", ".yml", ".csv") and "target" not in path.parts
    )
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


def _dbt(settings: Settings, args: list[str], target: Path) -> subprocess.CompletedProcess[str]:
    target.mkdir(parents=True, exist_ok=True)
    paths = ["--target-path", str(target), "--log-path", str(target.parent / "logs")]
    env = {"PATH": str(DBT.parent), "HOME": str(settings.home), "LC_ALL": "C.UTF-8"} | environment(settings)
    return subprocess.run([str(DBT), *args, *paths], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _last_lines(text: str, lines: int = 12) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines()[-lines:])
