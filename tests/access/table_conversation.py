"""The table's rows about files and what agents say: see `table.py` for how to read them."""

from tests.access.table import READERS_OF_TICKET, SPEAKERS_ON_TICKET, Row

CONVERSATION = {
    # Attachments
    "list_attachments": Row("GET", "/api/tickets/{ticket}/attachments", READERS_OF_TICKET),
    "add_attachments": Row(
        "POST", "/api/tickets/{ticket}/attachments", SPEAKERS_ON_TICKET, files={"files": ("a.txt", b"Hello")}
    ),
    "get_attachment": Row("GET", "/api/attachments/{attachment}", READERS_OF_TICKET),
    "get_attachment_preview": Row("GET", "/api/attachments/{picture}/preview", READERS_OF_TICKET),
    "remove_attachment": Row("DELETE", "/api/attachments/{attachment}", "1 + 4 3 4 3 + 3 1 1"),
}
