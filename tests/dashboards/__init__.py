"""The dashboards, on a small lake."""
