"""Sentence encoders: text to unit vectors."""
