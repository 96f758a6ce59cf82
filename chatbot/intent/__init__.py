"""Loads, checks and runs a trained intent model directory."""
