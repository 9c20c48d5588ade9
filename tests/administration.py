"""Addresses and forms of the administration, for those who test it with and without a browser."""

PAGES = (
    "", "/people", "/people/new", "/teams", "/teams/new", "/skills", "/skills/new", "/organisations", "/organisations/new",
    "/categories", "/categories/new", "/custom-fields", "/custom-fields/new", "/root-causes", "/root-causes/new",
    "/responses", "/responses/new", "/sla", "/sla/new", "/calendars", "/calendars/new", "/workflows", "/workflows/new",
    "/webhooks", "/webhooks/new", "/templates", "/templates/created/de", "/mailbox", "/outbox", "/deliveries",
    "/settings", "/tokens", "/audit", "/audit/chain", "/start/1", "/start/2", "/start/3",
)  # fmt: skip
"""Every page that shows without anything being there, below `/admin`."""

ALIKE = ("/teams", "/skills", "/organisations", "/categories", "/root-causes", "/outbox", "/mailbox")
"""Lists and forms of the pattern that `/people` and `/custom-fields` show too."""

MADE = {
    "teams": {"name": "Night shift", "description": "After ten"},
    "skills": {"name": "Fibre"},
    "organisations": {"name": "Acme", "domains": "acme.example\nacme.test", "is_shared": "1"},
    "categories": {"name": "Fibre", "parent_id": "", "team_id": "", "skill_id": ""},
    "root-causes": {"name": "Weather", "parent_id": ""},
    "custom-fields": {"key": "order_number", "name": "Order", "type": "select", "options": "one\ntwo", "position": ""},
    "responses": {"scope": "global", "title": "Hello", "body": "Dear {{ customer.name }},", "shortcut": "hi", "priority": "high"},
    "people": {"name": "Kim", "email": "kim@example.com", "role": "agent", "capacity": "7", "language": "de", "time_zone": "Europe/Berlin"},
    "calendars": {"name": "Office", "time_zone": "Europe/Berlin", "monday": "09:00-12:00, 13:00-17:00", "holidays": "2026-12-25 Christmas"},
    "sla": {"name": "Urgent", "priority": "critical", "target-resolution": "1 d 4 h", "pause-resolution": "pending", "calendar_id": "", "position": ""},
    "webhooks": {"name": "Orders", "url": "https://example.com/hook", "events": "*", "headers": "X-Key: 1", "secret": "whsec_" + "A" * 40},
    "workflows": {"name": "Tell", "trigger": "ticket.created", "c:kind": "all", "a.0:type": "add_tags", "a.0:tags": "seen"},
}  # fmt: skip
"""Of each list with forms, a form that makes something."""
