"""The console's tab of entries and imports."""
