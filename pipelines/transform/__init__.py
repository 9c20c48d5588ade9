"""The dbt project as Dagster assets. Only here is dbt imported."""
