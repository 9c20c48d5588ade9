"""compose.yaml runs what is there: commands that exist, settings that are read, roles that the grants know; nothing as root."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from prometheus_client import REGISTRY

import api.metrics.process  # noqa: F401  (registers what a process counts)
from api.cli.parts import LOCATIONS
from api.metrics.figures import HELP
from api.servers.postgres import GUESTS, ROLES
from api.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "redress"]


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_ours_can_start_and_is_nobody(name: str) -> None:
    service = SERVICES[name]
    python, flag, module, *arguments = service["command"]
    assert (python, flag) == ("python", "-m")
    assert find_spec(module) is not None
    if module == "api.cli.main":
        assert (ROOT / "api" / "cli" / f"{arguments[0]}.py").exists()
    known = {f"REDRESS_{field.name.upper()}" for field in msgspec.structs.fields(Settings)}
    assert {variable for variable in service["environment"] if variable.startswith("REDRESS_")} <= known
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert not str(service["user"]).startswith("0")


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_says_how_it_is_and_takes_no_more_than_its_share(name: str) -> None:
    assert "healthcheck" in SERVICES[name]
    assert name == "migrate" or SERVICES[name]["restart"] == "unless-stopped"
    assert set(SERVICES[name]["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    for needed in SERVICES[name].get("depends_on", ()):
        assert needed in SERVICES


def test_the_stores_hold_the_roles_and_databases_that_redress_up_makes() -> None:
    script = COMPOSE["configs"]["roles"]["content"]
    assert [line.split()[2] for line in script.splitlines() if "create role" in line] == list(ROLES)
    assert [line.split()[2] for line in script.splitlines() if "create database" in line] == list(GUESTS)


def test_dagster_knows_the_code_servers_that_run() -> None:
    workspace = yaml.safe_load(COMPOSE["configs"]["workspace"]["content"])
    servers = {each["grpc_server"]["location_name"]: each["grpc_server"]["host"] for each in workspace["load_from"]}
    assert servers.keys() == LOCATIONS.keys()
    for location, host in servers.items():
        command = SERVICES[host]["command"]
        assert command[command.index("-m", 2) + 1] == LOCATIONS[location]
        assert command[-1] == location


UNSEEN = {
    "redress_lake_checked_timestamp_seconds",
    "redress_log_sealed_timestamp_seconds",
}
"""Instants: no picture shows them by themselves."""


def test_what_is_watched_is_what_the_api_tells() -> None:
    counted = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("redress_")}
    counted |= {f"redress_{name}" for name in HELP}
    configs = COMPOSE["configs"]
    board = json.loads(configs["grafana_redress"]["content"])
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    (group,) = yaml.safe_load(configs["alerts"]["content"])["groups"]
    asked = shown + [rule["expr"] for rule in group["rules"]]
    assert {name for text in asked for name in named(text)} <= counted
    assert counted - {name for text in shown for name in named(text)} <= UNSEEN
    assert all(rule["annotations"]["summary"] for rule in group["rules"])
    assert "$" not in json.dumps(board), "compose would look for a variable"


def test_prometheus_asks_with_the_token_that_the_api_wants() -> None:
    asked = yaml.safe_load(COMPOSE["configs"]["prometheus"]["content"])["scrape_configs"][0]
    assert asked["authorization"]["credentials"] == SERVICES["api"]["environment"]["REDRESS_METRICS_TOKEN"]
    assert asked["dns_sd_configs"][0]["names"] == ["api"]
    assert "respond /metrics 404" in COMPOSE["configs"]["caddyfile"]["content"], "nothing of it is for the street"


def named(expression: str) -> set[str]:
    """Metrics of ours in an expression, without what a counter or histogram adds to its name."""
    return {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in re.findall(r"redress_\w+", expression)}
