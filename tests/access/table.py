"""The table: + allowed, 1 sign in first (401), 3 not allowed (403), 4 there is nothing (404).

Columns:      anonymous owner other agent outsider lead admin reading_token signed_out deactivated
"""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """How an operation is called, and what each caller gets. `{ticket}` and the like are filled in."""

    method: str
    path: str
    codes: str
    body: Any = None


EVERYBODY = "+ + + + + + + + + +"
SIGNED_IN = "1 + + + + + + 3 1 1"
STAFF = "1 3 3 + + + + 3 1 1"
ADMINS = "1 3 3 3 3 3 + 3 1 1"
READERS_OF_TICKET = "1 + 4 + 4 + + + 1 1"
SPEAKERS_ON_TICKET = "1 + 4 + 4 + + 3 1 1"
WORKERS_ON_TICKET = "1 3 3 + 4 + + 3 1 1"

TABLE = {
    # Health
    "get_liveness": Row("GET", "/health/live", EVERYBODY),
    "get_readiness": Row("GET", "/health/ready", EVERYBODY),
    # Tickets
    "list_tickets": Row("GET", "/api/tickets", "1 + + + + + + + 1 1"),
    "create_ticket": Row(
        "POST", "/api/tickets", "1 3 3 + + + + 3 1 1", {"subject": "x", "description": "y", "customer_id": "{customer}"}
    ),
    "list_view": Row("GET", "/api/tickets/views/mine", STAFF),
    "count_views": Row("GET", "/api/tickets/views", STAFF),
    "get_ticket": Row("GET", "/api/tickets/{ticket}", READERS_OF_TICKET),
    "update_ticket": Row(
        "PATCH", "/api/tickets/{ticket}", WORKERS_ON_TICKET, {"version": "{version}", "priority": "high"}
    ),
    "change_status": Row("PATCH", "/api/tickets/{ticket}/status", SPEAKERS_ON_TICKET, {"status": "resolved"}),
    "assign_ticket": Row("POST", "/api/tickets/{ticket}/assign", WORKERS_ON_TICKET, {"agent_id": "{lead}"}),
    "escalate_ticket": Row("POST", "/api/tickets/{ticket}/escalate", WORKERS_ON_TICKET, {"reason": "Angry"}),
    "list_candidates": Row("GET", "/api/tickets/{ticket}/candidates", WORKERS_ON_TICKET),
    "get_sla_receipt": Row("GET", "/api/tickets/{ticket}/sla", READERS_OF_TICKET),
    "change_tickets": Row("POST", "/api/tickets/bulk", STAFF, {"ticket_ids": ["{ticket}"], "priority": "high"}),
    "get_bulk": Row("GET", "/api/tickets/bulk/999999", "1 3 3 4 4 4 4 3 1 1"),
    "undo_bulk": Row("POST", "/api/tickets/bulk/999999/undo", "1 3 3 4 4 4 4 3 1 1"),
    # Conversation
    "list_comments": Row("GET", "/api/tickets/{ticket}/comments", READERS_OF_TICKET),
    "add_comment": Row("POST", "/api/tickets/{ticket}/comments", SPEAKERS_ON_TICKET, {"comment": "Hello"}),
    "edit_comment": Row("PATCH", "/api/comments/{comment}", "1 + 4 3 4 3 + 3 1 1", {"comment": "Hullo"}),
    "list_comment_edits": Row("GET", "/api/comments/{comment}/edits", WORKERS_ON_TICKET),
    "watch_ticket": Row("PUT", "/api/tickets/{ticket}/watch", READERS_OF_TICKET),
    "unwatch_ticket": Row("DELETE", "/api/tickets/{ticket}/watch", READERS_OF_TICKET),
    # Notifications
    "list_notifications": Row("GET", "/api/notifications", SIGNED_IN),
    "count_unread": Row("GET", "/api/notifications/unread/count", SIGNED_IN),
    "read_notification": Row("PATCH", "/api/notifications/999999/read", "1 4 4 4 4 4 4 3 1 1"),
    "read_all_notifications": Row("PATCH", "/api/notifications/read-all", SIGNED_IN),
    # Analytics
    "get_dashboard": Row("GET", "/api/analytics/dashboard", STAFF),
    "get_backlog": Row("GET", "/api/analytics/backlog", STAFF),
    "list_sla_breaches": Row("GET", "/api/analytics/sla-breaches", STAFF),
    "list_agent_productivity": Row("GET", "/api/analytics/agent-productivity", STAFF),
    "list_trends": Row("GET", "/api/analytics/trends", STAFF),
    # Installation and log
    "get_installation": Row("GET", "/api/installation", ADMINS),
    "update_installation": Row("PATCH", "/api/installation", ADMINS, {"branding_name": "Acme"}),
    "list_audit_logs": Row("GET", "/api/audit-logs", ADMINS),
}
