"""Promotion: checks whether a candidate may go live, and keeps or deletes old versions."""
