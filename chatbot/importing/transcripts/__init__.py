"""Transcripts in any layout as turns with speakers and times."""
