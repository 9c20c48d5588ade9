"""Both code locations load, know each other's bounds, and hold the graph that the design draws."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import Settings

ROOT = Path(__file__).parents[2]

LAYERS = {
    "raw": {"raw"},
    "sla": {"raw"},
    "staging": {"raw", "sla"},
    "intermediate": {"staging", "intermediate"},
    "marts": {"intermediate", "marts"},
    "lake": {"marts"},
}
"""Group → the groups its assets may stand on."""


def environment(settings: Settings) -> dict[str, str]:
    """The process environment of this installation."""
    urls = ("database_url", "reader_url", "warehouse_url", "dagster_url")
    return os.environ | {
        "REDRESS_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.home),
        **{f"REDRESS_{name.upper()}": getattr(settings, name) for name in urls},
    }


def python(settings: Settings, script: str) -> str:
    """What a script in a fresh process prints."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(settings), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("module", ["pipelines.definitions", "pipelines.operations.definitions"])
def test_the_code_location_loads(warehouse_settings: Settings, module: str) -> None:
    dagster = str(Path(sys.executable).with_name("dagster"))
    done = subprocess.run(
        [dagster, "definitions", "validate", "-m", module],
        cwd=ROOT,
        env=environment(warehouse_settings),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_operations_never_loads_dbt(warehouse_settings: Settings) -> None:
    loaded = python(
        warehouse_settings,
        "import sys, pipelines.operations.definitions; print(*sorted({name.split('.')[0] for name in sys.modules}))",
    ).split()
    assert not {"dbt", "dagster_dbt", "deltalake", "streamlit"} & set(loaded)


def test_the_asset_graph_flows_from_raw_to_lake(warehouse_settings: Settings) -> None:
    script = """
from pipelines.definitions import defs
graph = defs.resolve_asset_graph()
for key in graph.get_all_asset_keys():
    node = graph.get(key)
    print(key.to_user_string(), node.group_name, bool(node.description), *(parent.to_user_string() for parent in node.parent_keys))
"""
    nodes = {line.split()[0]: line.split()[1:] for line in python(warehouse_settings, script).splitlines()}
    for name, (group, is_described, *parents) in nodes.items():
        assert is_described == "True", name
        assert {nodes[parent][0] for parent in parents} <= LAYERS[group], name
    assert {"raw/events", "raw/sla_spans", "marts/fct_tickets", "lake/fct_tickets"} <= nodes.keys()
    assert set(nodes["raw/sla_spans"][2:]) == {"raw/calendars", "raw/events", "raw/installation", "raw/sla_policies"}
    marts = {name.split("/")[1] for name in nodes if name.startswith("marts/")}
    assert {name.split("/")[1] for name in nodes if name.startswith("lake/")} == marts


def test_what_blocks_stands_before_the_lake(warehouse_settings: Settings) -> None:
    script = """
from pipelines.definitions import checks
for check in checks:
    for spec in check.check_specs:
        print(spec.name, spec.asset_key.to_user_string(), spec.blocking)
"""
    found = set(python(warehouse_settings, script).splitlines())
    assert found == {
        "log_equals_raw raw/events True",
        "clocks_equal_product raw/sla_spans True",
        "state_equals_product marts/fct_tickets True",
        "backlog_two_ways marts/fct_backlog_daily False",
        "periods_tile marts/fct_status_periods False",
        "freshness marts/fct_tickets False",
    }


def test_schedules_ask_before_they_start_a_run(warehouse_settings: Settings) -> None:
    script = """
import dagster as dg
from pipelines.definitions import warehouse_schedule
from pipelines.operations.definitions import deliver_schedule, sweep_schedule
with dg.instance_for_test() as instance:
    for schedule in (warehouse_schedule, sweep_schedule, deliver_schedule):
        with dg.build_schedule_context(instance=instance) as context:
            found = schedule.evaluate_tick(context)
        print(len(found.run_requests or []), found.skip_message)
"""
    assert python(warehouse_settings, script).splitlines() == [
        "0 No settled event after the watermark.",
        "0 Nothing is due.",
        "0 Nothing is overdue.",
    ]
