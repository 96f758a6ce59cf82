"""Bytes to rows to domain objects, with a report. Does not know where they are stored."""
