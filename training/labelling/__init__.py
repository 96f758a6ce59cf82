"""The review desk: queue, leases, label errors."""
