"""Sentence vectors, whatever they are used for: kept instead of encoded again, and compared without what they share."""
