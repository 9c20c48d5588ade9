"""The one event log: typed events, the transaction that writes them, readers that never miss one, seals that prove it.

Tables: `audit_logs` (partitioned by month, append-only), `audit_seals`.
"""
