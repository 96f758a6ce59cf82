"""Labelling of logged messages: review queue, leases, label errors."""
