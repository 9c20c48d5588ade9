"""From settled events to answers: ingest, SLA facts, dbt, checks, lake. Dagster runs what `build` runs."""
