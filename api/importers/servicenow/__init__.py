"""ServiceNow's incident log (CSV) as tickets with their histories."""
