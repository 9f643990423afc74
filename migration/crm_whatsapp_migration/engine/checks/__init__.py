"""One file per subject a plan looks into; the table of checks is in ``plan``."""
