"""Reads files into domain objects, with a report."""
