"""Metrics, paired tests, measuring intents and retrieval."""
