"""Undoing a run, a file per question: what it made, who uses it, what goes."""
