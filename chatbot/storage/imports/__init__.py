"""The log of imports and the marks of running ones."""
