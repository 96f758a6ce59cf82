"""HTTP routes: thin."""
