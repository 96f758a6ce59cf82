"""Threads and nothing else: priority, locks by key, periodic work, micro-batches."""
