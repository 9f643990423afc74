"""Flows: their life, their JSON, what a person fills in."""
