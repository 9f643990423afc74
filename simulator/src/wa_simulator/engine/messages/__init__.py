"""Messages in both directions: checks, media, statuses, prices."""
