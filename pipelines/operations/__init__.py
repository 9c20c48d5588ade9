"""What keeps the product going: the minute sweep and the daily upkeep. Never imports dbt, so that it starts fast."""
