"""Service level agreements: which promise holds for a ticket, how much of it is used, and when it was broken.

Tables: `calendars`, `calendar_versions`, `sla_policies`, `sla_policy_versions`, `sla_clocks`.
Appends: `sla.applied`, `sla.at_risk`, `sla.breached`, `sla_policy.*`, `calendar.*`.
Reacts to: `ticket.*` and `comment.added`, which start, pause, meet and re-base clocks.
"""
