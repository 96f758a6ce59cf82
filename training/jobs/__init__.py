"""Training jobs as processes: locks, runner, schedule."""
