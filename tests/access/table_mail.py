"""The table's rows about mails that come in: see `table.py` for how to read them."""

from tests.access.table import ADMINS, Row

MAIL = {
    "deliver_mail": Row("POST", "/api/inbound/mail", ADMINS, {"no": "mail"}),
    "list_inbound_messages": Row("GET", "/api/inbound/messages", ADMINS),
    "get_inbound_text": Row("GET", "/api/inbound/comments/{comment}/text", "1 3 3 4 4 4 4 3 1 1"),
}
