"""The grounding guard: statements of a reply must be supported by its sources."""
