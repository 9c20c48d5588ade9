"""The table's rows about mails that come in and people's data: see `table.py` for how to read them."""

from tests.access.table import ADMINS, Row

NOWHERE = "4 4 4 4 4 4 4 4 4 4"

MAIL = {
    "deliver_mail": Row("POST", "/api/inbound/mail", ADMINS, {"no": "mail"}),
    "list_inbound_messages": Row("GET", "/api/inbound/messages", ADMINS),
    "get_inbound_text": Row("GET", "/api/inbound/comments/{comment}/text", "1 3 3 4 4 4 4 3 1 1"),
    "export_person": Row("POST", "/api/users/{customer}/export", "1 + 4 4 4 4 + 3 1 1"),
    "get_export": Row("GET", f"/api/privacy/exports/{'A' * 43}", NOWHERE),
    "erase_person": Row("POST", "/api/users/999999/erase", "1 3 3 3 3 3 4 3 1 1", {"confirmation": "x@example.com"}),
    "list_retention": Row("GET", "/api/privacy/retention", ADMINS),
}
