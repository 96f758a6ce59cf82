"""Text to unit vectors. Knows nothing of intents or FAQ entries."""
