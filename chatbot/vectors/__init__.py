"""Sentence vectors: caching and centring."""
