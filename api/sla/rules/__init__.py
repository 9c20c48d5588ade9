"""What is true of calendars, policies and clocks: pure functions of values, the same for product, importer and warehouse.

`calendar`, `opening`, `business_time` count open seconds; `policy` chooses; `clock`, `facts`, `clocks` fold what happened
to a ticket into its clocks; `receipt` explains a deadline; `positions`, `vectorised` say the same for a million tickets.

**Whole seconds.** Where time is counted, an instant stands for the second it falls in (its fraction is dropped), so that
counts are integers, adjoining stretches add up exactly, and plain and vectorised form agree to the last second. `due_at`
and `at_risk_at` are whole seconds therefore; what happened (`started_at`, `met_at`, …) keeps its fraction.
"""
