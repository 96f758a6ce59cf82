"""Threading: priority, locks by key, periodic work, micro-batches."""
