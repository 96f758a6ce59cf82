"""Trainings as processes: locks, runner, schedule."""
