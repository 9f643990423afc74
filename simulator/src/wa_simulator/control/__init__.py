"""The tester's API under ``/_sim``: drives the world, never exists at Meta."""
