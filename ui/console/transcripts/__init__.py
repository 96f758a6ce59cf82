"""The console's tab of transcripts and drafts."""
