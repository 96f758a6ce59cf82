"""Entries, their phrasings, imports, history, use and drafts in the database."""
