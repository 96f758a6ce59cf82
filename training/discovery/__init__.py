"""Discovers what customers ask: exchanges, clustering, topics, FAQ proposals."""
