"""Files to take away: lists of tickets as workbook, CSV and PDF, one ticket as PDF, the figures as a workbook with charts.

What stands in them is limited by the same predicates as the lists. They are made in processes of their own
(`process.py`), at most two at once, and read by a handle whose statements may take longer than those of a request
(`api.db.open_long_read`); a request is answered once its file is whole, from a temporary file that has no name any more.
No tables, no events.
"""
