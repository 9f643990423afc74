"""Conversions of click-to-WhatsApp advertisements: data sets and their events."""
