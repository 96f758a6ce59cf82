"""Conversations that agents answer: the inbox and its webhook."""
