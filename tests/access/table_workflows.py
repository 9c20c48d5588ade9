"""The table's rows about workflows: see `table.py` for how to read them."""

from tests.access.table import ADMINS, ADMINS_NOTHING, Row

TAGGING = {"name": "{unique}", "trigger": "ticket.created", "actions": [{"type": "add_tags", "tags": ["seen"]}]}

WORKFLOWS = {
    "list_workflows": Row("GET", "/api/workflows", ADMINS),
    "create_workflow": Row("POST", "/api/workflows", ADMINS, TAGGING),
    "order_workflows": Row("PUT", "/api/workflows/order", "1 3 3 3 3 3 9 3 1 1", {"workflow_ids": [999999]}),
    "dry_run_workflow": Row("POST", "/api/workflows/dry-run", ADMINS, TAGGING),
    "get_workflow": Row("GET", "/api/workflows/999999", ADMINS_NOTHING),
    "update_workflow": Row("PATCH", "/api/workflows/999999", ADMINS_NOTHING, {"version": 1, "name": "x"}),
    "delete_workflow": Row("DELETE", "/api/workflows/999999", ADMINS_NOTHING),
    "toggle_workflow": Row("PATCH", "/api/workflows/999999/toggle", ADMINS_NOTHING),
    "dry_run_saved_workflow": Row("POST", "/api/workflows/999999/dry-run", ADMINS_NOTHING),
    "list_workflow_runs": Row("GET", "/api/workflows/999999/runs", ADMINS_NOTHING),
}
