"""Accounts and numbers: registration, profile, block list, uploads."""
