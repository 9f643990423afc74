"""Rules of this repository: `python -m tests.lint RULE [FILE…]`, and their tests."""
