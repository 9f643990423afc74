"""Calls: permissions, ringing, answered, missed; no media."""
