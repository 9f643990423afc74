"""How fast one process is: ``wa-simulator bench``."""
