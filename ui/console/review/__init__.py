"""The console's tab for labelling messages."""
