"""The guard: what a reply says must stand in its sources."""
