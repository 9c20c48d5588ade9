"""compose.yaml runs what is there: commands that exist, settings that are read, roles that the grants know; nothing as root."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from api.cli.parts import LOCATIONS
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
