"""Check a ticket's proof offline: nothing but the file is asked.

What it proves: every event in the file is, byte for byte, a row under the seal that covers it; each seal's hash follows
from the hash before it and from all its rows; seals next to each other follow one another; the ticket's number and the
words in the file are those whose hashes the newest of these events hold. So whoever kept a seal's hash (a proof made
earlier, a line printed elsewhere) can tell that nothing under it was changed since.

What it cannot prove alone: that the seals are those of the installation (nothing signs them; compare a hash that was kept,
or run `redress audit verify` there), that no event of the ticket was left out of the file (of other rows it holds only
hashes), or anything about events that are not sealed yet; nor when the file was made.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from api.events.hashes import salted_sha256
from api.events.seal import Row, chained

KINDS = ("proof", "words", "event", "seal", "end")
ID, TX, ACTION, ENTITY_ID, TICKET_ID, NEW = 0, 1, 3, 5, 6, 10
"""Places in a row's canonical text."""


class ProofVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found. `problem` is a sentence that names the first thing that does not fit, None when all does.

    `seal` and `sha256` name the last seal: the hash to compare with one that was kept.
    """

    number: str = ""
    events: int = 0
    seals: int = 0
    unsealed: int = 0
    words: int = 0
    seal: int = 0
    sha256: str = ""
    problem: str | None = None


class Broken(Exception):
    """The file does not fit itself; the message says where."""


def check(lines: Iterable[bytes]) -> ProofVerdict:
    """Check a file's lines, which come in the order they were written, in the memory of its events and one seal."""
    try:
        return _check(lines)
    except Broken as found:
        return ProofVerdict(problem=str(found))
    except (msgspec.DecodeError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return ProofVerdict(problem=f"This is no proof that can be read ({type(error).__name__}).")


def _check(lines: Iterable[bytes]) -> ProofVerdict:
    head: dict[str, Any] = {}
    words: list[dict[str, Any]] = []
    rows: dict[int, tuple[bytes, list[Any]]] = {}
    sealed: set[int] = set()
    seals = 0
    last: dict[str, Any] = {"id": 0, "sha256": ""}
    end: dict[str, Any] | None = None
    for text in lines:
        line = msgspec.json.decode(text)
        kind = line["kind"]
        _hold(kind in KINDS and end is None, f"There is a line too many: {kind}.")
        if kind == "proof":
            _hold(not head and line["version"] == 1, "The file is not one proof of version 1.")
            head = line
        elif kind == "words":
            words.append(line)
        elif kind == "event":
            row = msgspec.json.decode(line["row"])
            _hold(row[ID] not in rows, f"Row {row[ID]} is there twice.")
            _hold(row[TICKET_ID] == head["ticket_id"], f"Row {row[ID]} is not of this ticket.")
            rows[row[ID]] = hashlib.sha256(line["row"].encode()).digest(), row
        elif kind == "seal":
            _hold(line["id"] > last["id"], f"Seal {line['id']} is out of order.")
            if line["id"] == last["id"] + 1 and seals:
                _hold(line["before"] == last["sha256"], f"Seal {line['id']} does not follow the seal before it.")
            sealed |= _check_seal(line, rows)
            seals, last = seals + 1, line
        else:
            end = line
    _hold(bool(head) and end is not None, "The file breaks off.")
    _hold(end == {"kind": "end", "events": len(rows), "seals": seals}, "The file holds fewer lines than it says.")
    compared = _check_words(head, words, [row for _, row in rows.values()])
    return ProofVerdict(
        number=head["number"],
        events=len(rows),
        seals=seals,
        unsealed=len(rows.keys() - sealed),
        words=compared,
        seal=last["id"],
        sha256=last["sha256"],
    )


def _check_seal(line: dict[str, Any], rows: dict[int, tuple[bytes, list[Any]]]) -> set[int]:
    """Ids of the file's events under the seal."""
    ids, digests = line["row_ids"], base64.b64decode(line["digests"], validate=True)
    _hold(len(digests) == 32 * len(ids), f"Seal {line['id']} does not have a digest for each row.")
    by_id = {row_id: digests[32 * n : 32 * n + 32] for n, row_id in enumerate(ids)}
    start, stop = _position(line["from"]), _position(line["to"])
    within = {row_id for row_id, (_, row) in rows.items() if start < (int(row[TX]), row_id) <= stop}
    for row_id in sorted(within):
        _hold(row_id in by_id, f"Row {row_id} was slipped in (seal {line['id']}).")
        _hold(by_id[row_id] == rows[row_id][0], f"Row {row_id} was changed (seal {line['id']}).")
    chain = [Row(0, row_id, digest) for row_id, digest in by_id.items()]
    fits = chained(bytes.fromhex(line["before"]), chain).hex() == line["sha256"]
    _hold(fits, f"Seal {line['id']} does not fit the rows under it.")
    return within


def _check_words(head: dict[str, Any], words: list[dict[str, Any]], rows: list[list[Any]]) -> int:
    """How many texts have their hash among the events, and fit it."""
    state: dict[str, Any] = {}
    bodies: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: row[ID]):
        new = row[NEW] or {}
        if row[ACTION].startswith("ticket."):
            state |= {name: new[name] for name in ("number", "subject_sha256", "description_sha256") if name in new}
        elif row[ACTION] in ("comment.added", "comment.edited"):
            bodies[row[ENTITY_ID]] = new["body_sha256"]
    _hold(state.get("number", head["number"]) == head["number"], "The number is not that of the events.")
    compared = 0
    for said in words:
        salt = bytes.fromhex(said["salt"] or "")
        hashes = (
            {"body": bodies.get(said["id"])}
            if said["of"] == "comment"
            else {"subject": state.get("subject_sha256"), "description": state.get("description_sha256")}
        )
        for field, kept in hashes.items():
            if kept is None or not salt:
                continue
            compared += 1
            fits = salted_sha256(salt, said[field]) == kept
            _hold(fits, f"The {field} of {said['of']} {said['id']} is not what the log has the hash of.")
    return compared


def _position(place: list[Any]) -> tuple[int, int]:
    return int(place[0]), int(place[1])


def _hold(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Broken(otherwise)
