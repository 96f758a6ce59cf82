"""The tables, as typed declarative models."""
