"""Message templates: rules, review, pacing, sending."""
