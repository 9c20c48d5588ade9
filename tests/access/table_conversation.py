"""The table's rows about files, words and time: see `table.py` for how to read them; 9 is a conflict (409)."""

from tests.access.table import READERS_OF_TICKET, SIGNED_IN, SPEAKERS_ON_TICKET, STAFF, WORKERS_ON_TICKET, Row

CONVERSATION = {
    # Attachments
    "list_attachments": Row("GET", "/api/tickets/{ticket}/attachments", READERS_OF_TICKET),
    "add_attachments": Row(
        "POST", "/api/tickets/{ticket}/attachments", SPEAKERS_ON_TICKET, files={"files": ("a.txt", b"Hello")}
    ),
    "get_attachment": Row("GET", "/api/attachments/{attachment}", READERS_OF_TICKET),
    "get_attachment_preview": Row("GET", "/api/attachments/{picture}/preview", READERS_OF_TICKET),
    # Canned responses
    "list_canned_responses": Row("GET", "/api/canned-responses", STAFF),
    "create_canned_response": Row("POST", "/api/canned-responses", STAFF, {"title": "Hi", "body": "Hello"}),
    "get_canned_response": Row("GET", "/api/canned-responses/{canned}", STAFF),
    "update_canned_response": Row("PATCH", "/api/canned-responses/{canned}", "1 3 3 3 3 3 + 3 1 1", {"title": "Ho"}),
    "remove_canned_response": Row("DELETE", "/api/canned-responses/{canned}", "1 3 3 3 3 3 + 3 1 1"),
    "render_canned_response": Row("GET", "/api/tickets/{ticket}/canned-responses/{canned}", WORKERS_ON_TICKET),
    "apply_macro": Row("POST", "/api/tickets/{ticket}/macros/{canned}", WORKERS_ON_TICKET, {}),
    "find_known_answers": Row("GET", "/api/known-answers?q=router", SIGNED_IN),
    # Time
    "list_time_entries": Row("GET", "/api/tickets/{ticket}/time-entries", WORKERS_ON_TICKET),
    "add_time_entry": Row("POST", "/api/tickets/{ticket}/time-entries", WORKERS_ON_TICKET, {"duration": "20m"}),
    "start_timer": Row("POST", "/api/tickets/{ticket}/time-entries/start", WORKERS_ON_TICKET, {}),
    "stop_timer": Row("POST", "/api/time-entries/{time}/stop", "1 3 3 3 4 3 9 3 1 1"),
    "update_time_entry": Row("PATCH", "/api/time-entries/{time}", "1 3 3 3 4 3 + 3 1 1", {"is_billable": True}),
    "remove_time_entry": Row("DELETE", "/api/time-entries/{time}", "1 3 3 3 4 3 + 3 1 1"),
    "list_time_totals": Row(
        "GET", "/api/time-entries/totals?started_from=2026-11-01T00:00:00Z&started_to=2026-12-01T00:00:00Z", STAFF
    ),
    # Drafts
    "list_drafts": Row("GET", "/api/tickets/{ticket}/drafts", SPEAKERS_ON_TICKET),
    "save_draft": Row("PUT", "/api/tickets/{ticket}/drafts/reply", SPEAKERS_ON_TICKET, {"body": "Dear"}),
    "drop_draft": Row("DELETE", "/api/tickets/{ticket}/drafts/reply", SPEAKERS_ON_TICKET),
    "remove_attachment": Row("DELETE", "/api/attachments/{attachment}", "1 + 4 3 4 3 + 3 1 1"),
}
