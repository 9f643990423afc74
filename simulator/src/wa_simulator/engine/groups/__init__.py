"""Groups: made by a number, joined by people, written in by both."""
