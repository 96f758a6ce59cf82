"""Trains what reads an entry with a message: the reader's network, the trees over the evidence, and their one score."""
