"""The team's FAQ and transcripts: imports, entries, drafts, consistency, preview of changes."""
