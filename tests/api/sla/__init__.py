"""Service levels: policies, calendars, clocks and receipts, through HTTP and commands."""
