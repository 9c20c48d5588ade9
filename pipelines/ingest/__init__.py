"""Copies what happened and what there is from the product to the warehouse. Tables: `raw.*` except `sla_spans`."""
