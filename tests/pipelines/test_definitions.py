"""Both code locations load, know each other's bounds, and hold the graph that the design draws."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
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

WAREHOUSE = """
import dagster as dg, json
from pipelines.definitions import checks, defs, warehouse_schedule
dg.Definitions.validate_loadable(defs)
graph = defs.resolve_asset_graph()
nodes = {}
for key in graph.get_all_asset_keys():
    node = graph.get(key)
    parents = [parent.to_user_string() for parent in node.parent_keys]
    nodes[key.to_user_string()] = [node.group_name, bool(node.description), parents]
specs = [spec for check in checks for spec in check.check_specs]
with dg.instance_for_test() as instance, dg.build_schedule_context(instance=instance) as context:
    found = warehouse_schedule.evaluate_tick(context)
print(json.dumps({
    "nodes": nodes,
    "checks": [[spec.name, spec.asset_key.to_user_string(), spec.blocking] for spec in specs],
    "ticks": [[len(found.run_requests or []), found.skip_message]],
}))
"""
OPERATIONS = """
import dagster as dg, json, sys
from pipelines.operations.definitions import defs, deliver_schedule, reports_schedule, sweep_schedule
dg.Definitions.validate_loadable(defs)
ticks = []
with dg.instance_for_test() as instance:
    for schedule in (sweep_schedule, deliver_schedule, reports_schedule):
        with dg.build_schedule_context(instance=instance) as context:
            found = schedule.evaluate_tick(context)
        ticks.append([len(found.run_requests or []), found.skip_message])
print(json.dumps({"ticks": ticks, "modules": sorted({name.split('.')[0] for name in sys.modules})}))
"""


def told(settings: Settings, script: str) -> Any:
    """What a script in a fresh process of this installation prints as its last line, from JSON."""
    urls = ("database_url", "reader_url", "warehouse_url", "dagster_url")
    env = os.environ | {
        "REDRESS_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.home),
        **{f"REDRESS_{name.upper()}": getattr(settings, name) for name in urls},
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return msgspec.json.decode(done.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
def test_the_warehouse_flows_from_raw_to_lake_and_what_blocks_stands_before_it(warehouse_settings: Settings) -> None:
    found = told(warehouse_settings, WAREHOUSE)
    nodes = found["nodes"]
    for name, (group, is_described, parents) in nodes.items():
        assert is_described, name
        assert {nodes[parent][0] for parent in parents} <= LAYERS[group], name
    assert {"raw/events", "raw/sla_spans", "marts/fct_tickets", "lake/fct_tickets"} <= nodes.keys()
    assert set(nodes["raw/sla_spans"][2]) == {"raw/calendars", "raw/events", "raw/installation", "raw/sla_policies"}
    marts = {name.split("/")[1] for name in nodes if name.startswith("marts/")}
    assert {name.split("/")[1] for name in nodes if name.startswith("lake/")} == marts
    assert {tuple(check) for check in found["checks"]} == {
        ("log_equals_raw", "raw/events", True),
        ("clocks_equal_product", "raw/sla_spans", True),
        ("state_equals_product", "marts/fct_tickets", True),
        ("backlog_two_ways", "marts/fct_backlog_daily", False),
        ("periods_tile", "marts/fct_status_periods", False),
        ("freshness", "marts/fct_tickets", False),
    }
    assert found["ticks"] == [[0, "No settled event after the watermark."]]


def test_operations_ask_before_they_start_a_run_and_never_load_dbt(warehouse_settings: Settings) -> None:
    found = told(warehouse_settings, OPERATIONS)
    assert not {"dbt", "dagster_dbt", "deltalake", "streamlit"} & set(found["modules"])
    assert found["ticks"] == [[0, "Nothing is due."], [0, "Nothing is overdue."], [0, "No report is due."]]
