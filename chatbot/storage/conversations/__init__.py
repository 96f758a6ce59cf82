"""Conversations, handoffs, implicit feedback and transcripts in the database."""
