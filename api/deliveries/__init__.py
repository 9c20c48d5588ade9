"""All that goes out: e-mail, push and webhook calls wait in one queue and pass one gate.

Tables: `deliveries` (one row per message and recipient), `delivery_attempts`. Slices above insert rows in the transaction
of the event; `api/worker.py` claims them after commit, sends outside any transaction, and records what came of it. At
least once: a crash between sending and recording leads to another try under the same `message_id`.
Appends: `delivery.replayed`. Reacts to nothing.
"""
