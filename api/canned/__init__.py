"""Canned responses: words kept for reuse, alone, as a macro with changes, or published as a known answer.

Table: `canned_responses`. Appends: `canned_response.created`, `canned_response.updated`, `canned_response.removed`.
"""
