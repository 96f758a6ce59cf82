"""The gate: whether a candidate may go live."""
