"""Conversation routing: who answers a thread, who only reads along."""
