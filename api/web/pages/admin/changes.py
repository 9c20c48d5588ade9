"""What an entry of the log changed, short enough for a table."""

from typing import Any

import msgspec

from api.events.wire import AuditLog

LONGEST = 120


def changes(entry: AuditLog) -> list[tuple[str, Any, Any]]:
    """(field, before or None, after) of an entry."""
    old, new = entry.old_values or {}, entry.new_values or {}
    names = [name for name in (new or old) if not name.endswith("_sha256")]
    return [
        (name, _short(old.get(name)), _short(new.get(name)))
        for name in names
        if name in old or new[name] not in (None, [], {})
    ]


def _short(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text
