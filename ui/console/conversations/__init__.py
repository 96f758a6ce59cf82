"""The console's tab of conversations."""
