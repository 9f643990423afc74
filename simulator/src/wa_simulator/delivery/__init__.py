"""Webhooks on their way: bytes and signature, queue, sender, pump."""
