"""Histories of other systems, written into the log as if they had happened here."""
