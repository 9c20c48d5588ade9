"""Figures of the present and the last weeks, straight from the product's tables: exact, and no older than the question.

Tables: none of its own. What needs history (backlog of past days, what-if) is the warehouse's. Days are days of the
installation's time zone, and every answer names it.
"""
