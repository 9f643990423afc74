"""Meta's own examples against the simulator: how many pass, and what does not."""
