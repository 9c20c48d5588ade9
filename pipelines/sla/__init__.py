"""The SLA facts of the warehouse: `raw.sla_spans`, computed from events by the same rules as the product."""
