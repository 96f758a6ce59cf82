"""The team's console."""
