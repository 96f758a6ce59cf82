"""Evaluation of intents and retrieval: metrics and paired tests."""
