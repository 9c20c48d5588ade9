"""`/metrics` for Prometheus: requests, connections and pools of all processes of this server, and how the work stands.

Reads queue, clocks, log, seals and the lake's newest publication; owns no tables, appends no events.
"""
