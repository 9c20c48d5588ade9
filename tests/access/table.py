"""The table: + allowed, 1 sign in first (401), 2 not with this field (422), 3 not allowed (403), 4 there is nothing (404).

Columns:      anonymous owner other agent outsider lead admin reading_token signed_out deactivated
"""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """How an operation is called, and what each caller gets. `{ticket}` and the like are filled in."""

    method: str
    path: str
    codes: str
    body: Any = None
    files: Any = None


EVERYBODY = "+ + + + + + + + + +"
NOBODY = "4 4 4 4 4 4 4 4 4 4"
SIGNED_IN = "1 + + + + + + 3 1 1"
STAFF = "1 3 3 + + + + 3 1 1"
ADMINS = "1 3 3 3 3 3 + 3 1 1"
ADMINS_NOTHING = "1 3 3 3 3 3 4 3 1 1"
WORDS = {"subject": "{{ ticket.number }}", "text": "x", "html": "<p>x</p>"}
READERS_OF_TICKET = "1 + 4 + 4 + + + 1 1"
SPEAKERS_ON_TICKET = "1 + 4 + 4 + + 3 1 1"
WORKERS_ON_TICKET = "1 3 3 + 4 + + 3 1 1"

OPEN_MONDAYS = {"time_zone": "Europe/Berlin", "weekly_hours": {"monday": [{"start": "09:00", "end": "17:00"}]}}

TABLE = {
    # Health
    "get_liveness": Row("GET", "/health/live", EVERYBODY),
    "get_readiness": Row("GET", "/health/ready", EVERYBODY),
    # without a token in the settings it is not there for anybody; tests/api/metrics has one
    "get_metrics": Row("GET", "/metrics", NOBODY),
    # Tickets
    "list_tickets": Row("GET", "/api/tickets", "1 + + + + + + + 1 1"),
    "create_ticket": Row(
        "POST", "/api/tickets", "1 2 2 + + + + 3 1 1", {"subject": "x", "description": "y", "customer_id": "{customer}"}
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
    "get_presence": Row("GET", "/api/tickets/{ticket}/presence", READERS_OF_TICKET),
    "list_presence": Row("GET", "/api/tickets/presence?ticket_id={ticket}", "1 + + + + + + + 1 1"),
    "change_tickets": Row("POST", "/api/tickets/bulk", STAFF, {"ticket_ids": ["{ticket}"], "priority": "high"}),
    "get_bulk": Row("GET", "/api/tickets/bulk/999999", "1 3 3 4 4 4 4 3 1 1"),
    "undo_bulk": Row("POST", "/api/tickets/bulk/999999/undo", "1 3 3 4 4 4 4 3 1 1"),
    "merge_ticket": Row("POST", "/api/tickets/{ticket}/merge", WORKERS_ON_TICKET, {"into": "{ticket2}"}),
    "split_ticket": Row(
        "POST", "/api/tickets/{ticket}/split", WORKERS_ON_TICKET, {"comment_ids": ["{comment}"], "subject": "Another"}
    ),
    "list_links": Row("GET", "/api/tickets/{ticket}/links", WORKERS_ON_TICKET),
    "link_ticket": Row(
        "POST", "/api/tickets/{ticket}/links", WORKERS_ON_TICKET, {"to": "{ticket2}", "kind": "related"}
    ),
    "unlink_ticket": Row("DELETE", "/api/tickets/{ticket}/links/related/{ticket2}", "1 3 3 4 4 4 4 3 1 1"),
    "set_outcome": Row("PUT", "/api/tickets/{ticket}/outcome", WORKERS_ON_TICKET, {"outcome": "upheld"}),
    "rate_ticket": Row("PUT", "/api/tickets/{done}/rating", "1 + 4 3 4 3 3 3 1 1", {"score": 5}),
    "rate_by_link": Row("PUT", "/api/ratings/nonsense", "4 4 4 4 4 4 4 4 4 4", {"score": 5}),
    "list_root_causes": Row("GET", "/api/root-causes", STAFF),
    "create_root_cause": Row("POST", "/api/root-causes", ADMINS, {"name": "{unique}"}),
    "update_root_cause": Row("PATCH", "/api/root-causes/999999", "1 3 3 3 3 3 4 3 1 1", {"is_active": False}),
    "snooze_ticket": Row("PUT", "/api/tickets/{ticket}/snooze", WORKERS_ON_TICKET, {"until": None}),
    # Service levels
    "list_sla_policies": Row("GET", "/api/sla-policies", STAFF),
    "create_sla_policy": Row(
        "POST", "/api/sla-policies", ADMINS, {"name": "Gold {unique}", "targets": {"resolution": 3600}}
    ),
    "get_sla_policy": Row("GET", "/api/sla-policies/{policy}", STAFF),
    "update_sla_policy": Row("PATCH", "/api/sla-policies/{policy}", ADMINS, {"targets": {"resolution": 7200}}),
    "preview_sla_policy": Row("POST", "/api/sla-policies/{policy}/preview", ADMINS, {"targets": {"resolution": 60}}),
    "list_calendars": Row("GET", "/api/calendars", STAFF),
    "create_calendar": Row("POST", "/api/calendars", ADMINS, {"name": "Shop {unique}", **OPEN_MONDAYS}),
    "get_calendar": Row("GET", "/api/calendars/{calendar}", STAFF),
    "update_calendar": Row("PATCH", "/api/calendars/{calendar}", ADMINS, {"time_zone": "Europe/Paris"}),
    "preview_calendar": Row("POST", "/api/calendars/{calendar}/preview", ADMINS, {"time_zone": "Europe/Paris"}),
    # Conversation
    "list_comments": Row("GET", "/api/tickets/{ticket}/comments", READERS_OF_TICKET),
    "add_comment": Row("POST", "/api/tickets/{ticket}/comments", SPEAKERS_ON_TICKET, {"comment": "Hello"}),
    "edit_comment": Row("PATCH", "/api/comments/{comment}", "1 + 4 3 4 3 + 3 1 1", {"comment": "Hullo"}),
    "list_comment_edits": Row("GET", "/api/comments/{comment}/edits", WORKERS_ON_TICKET),
    "watch_ticket": Row("PUT", "/api/tickets/{ticket}/watch", READERS_OF_TICKET),
    "unwatch_ticket": Row("DELETE", "/api/tickets/{ticket}/watch", READERS_OF_TICKET),
    # Search
    "search_tickets": Row("GET", "/api/search?q=router", "1 + + + + + + + 1 1"),
    "search_tickets_advanced": Row("POST", "/api/search/advanced", "1 + + + + + + + 1 1", {"text": "router"}),
    "suggest_tickets": Row("GET", "/api/search/suggest?q=rou", "1 + + + + + + + 1 1"),
    "list_similar_tickets": Row("GET", "/api/tickets/{ticket}/similar", WORKERS_ON_TICKET),
    "list_saved_searches": Row("GET", "/api/saved-searches", STAFF),
    "create_saved_search": Row("POST", "/api/saved-searches", STAFF, {"name": "{unique}", "q": "status:open"}),
    "get_saved_search": Row("GET", "/api/saved-searches/999999", "1 3 3 4 4 4 4 3 1 1"),
    "count_saved_search": Row("GET", "/api/saved-searches/999999/count", "1 3 3 4 4 4 4 3 1 1"),
    "update_saved_search": Row("PATCH", "/api/saved-searches/999999", "1 3 3 4 4 4 4 3 1 1", {"name": "Mine"}),
    "delete_saved_search": Row("DELETE", "/api/saved-searches/999999", "1 3 3 4 4 4 4 3 1 1"),
    # Notifications
    "list_notifications": Row("GET", "/api/notifications", SIGNED_IN),
    "count_unread": Row("GET", "/api/notifications/unread/count", SIGNED_IN),
    "read_notification": Row("PATCH", "/api/notifications/999999/read", "1 4 4 4 4 4 4 3 1 1"),
    "read_all_notifications": Row("PATCH", "/api/notifications/read-all", SIGNED_IN),
    "get_notification_preferences": Row("GET", "/api/notifications/preferences", SIGNED_IN),
    "get_report_choices": Row("GET", "/api/notifications/reports", STAFF),
    "update_report_choices": Row(
        "PATCH", "/api/notifications/reports", STAFF, {"reports": [{"page": "backlog", "weekly": True}]}
    ),
    "update_notification_preferences": Row(
        "PATCH", "/api/notifications/preferences", SIGNED_IN, {"choices": [{"topic": "mention", "email": False}]}
    ),
    "list_push_subscriptions": Row("GET", "/api/notifications/push", SIGNED_IN),
    "subscribe_push": Row(
        "POST",
        "/api/notifications/push",
        "1 9 9 9 9 9 9 3 1 1",  # the tests' installation has no key to sign with
        {"endpoint": "https://10.0.0.1/x", "keys": {"p256dh": "A" * 87, "auth": "A" * 22}},
    ),
    "unsubscribe_push": Row("DELETE", "/api/notifications/push/999999", "1 4 4 4 4 4 4 3 1 1"),
    "ask_unsubscribe": Row("GET", "/api/notifications/unsubscribe/x", EVERYBODY),
    "unsubscribe": Row("POST", "/api/notifications/unsubscribe/x", "4 4 4 4 4 4 4 4 4 4"),
    "mute_ticket": Row("PUT", "/api/tickets/{ticket}/mute", READERS_OF_TICKET),
    "unmute_ticket": Row("DELETE", "/api/tickets/{ticket}/mute", READERS_OF_TICKET),
    "list_email_templates": Row("GET", "/api/email-templates", ADMINS),
    "get_email_template": Row("GET", "/api/email-templates/created/en", ADMINS),
    "update_email_template": Row("PUT", "/api/email-templates/created/en", ADMINS, WORDS),
    "restore_email_template": Row("DELETE", "/api/email-templates/created/en", ADMINS),
    "preview_email_template": Row("POST", "/api/email-templates/created/en/preview", ADMINS, WORDS),
    # Deliveries
    "list_deliveries": Row("GET", "/api/deliveries", ADMINS),
    "get_delivery_statistics": Row("GET", "/api/deliveries/statistics", ADMINS),
    "get_delivery": Row("GET", "/api/deliveries/999999", ADMINS_NOTHING),
    "replay_delivery": Row("POST", "/api/deliveries/999999/replay", ADMINS_NOTHING),
    "list_outbox": Row("GET", "/api/outbox", ADMINS),
    # Webhooks
    "list_webhooks": Row("GET", "/api/webhooks", ADMINS),
    "create_webhook": Row(
        "POST", "/api/webhooks", ADMINS, {"name": "x", "url": "https://example.com", "events": ["*"]}
    ),
    "get_webhook": Row("GET", "/api/webhooks/999999", ADMINS_NOTHING),
    "update_webhook": Row("PATCH", "/api/webhooks/999999", ADMINS_NOTHING, {"name": "y"}),
    "delete_webhook": Row("DELETE", "/api/webhooks/999999", ADMINS_NOTHING),
    "toggle_webhook": Row("PATCH", "/api/webhooks/999999/toggle", ADMINS_NOTHING),
    "test_webhook": Row("POST", "/api/webhooks/999999/test", ADMINS_NOTHING),
    "list_webhook_deliveries": Row("GET", "/api/webhooks/999999/deliveries", ADMINS_NOTHING),
    "replay_webhook_delivery": Row("POST", "/api/webhooks/999999/deliveries/1/replay", ADMINS_NOTHING),
    "replay_failed_webhook_deliveries": Row("POST", "/api/webhooks/999999/replay-failed", ADMINS_NOTHING),
    # Analytics
    "get_dashboard": Row("GET", "/api/analytics/dashboard", STAFF),
    "get_backlog": Row("GET", "/api/analytics/backlog", STAFF),
    "list_sla_breaches": Row("GET", "/api/analytics/sla-breaches", STAFF),
    "list_agent_productivity": Row("GET", "/api/analytics/agent-productivity", STAFF),
    "list_trends": Row("GET", "/api/analytics/trends", STAFF),
    # Exports
    "export_tickets_excel": Row("GET", "/api/export/tickets/excel", "1 + + + + + + + 1 1"),
    "export_tickets_csv": Row("GET", "/api/export/tickets/csv", "1 + + + + + + + 1 1"),
    "export_tickets_pdf": Row("GET", "/api/export/tickets/pdf", "1 + + + + + + + 1 1"),
    "export_ticket_pdf": Row("GET", "/api/export/tickets/{ticket}/pdf", READERS_OF_TICKET),
    "export_analytics_excel": Row("GET", "/api/export/analytics/excel", STAFF),
    # Installation and log
    "get_installation": Row("GET", "/api/installation", ADMINS),
    "update_installation": Row("PATCH", "/api/installation", ADMINS, {"branding_name": "Acme"}),
    "list_audit_logs": Row("GET", "/api/audit-logs", ADMINS),
    "list_events": Row("GET", "/api/events", STAFF),
    "get_proof": Row("GET", "/api/tickets/{ticket}/proof", ADMINS),
}
