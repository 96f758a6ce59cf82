"""The console's tab of trainings and versions."""
