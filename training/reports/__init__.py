"""The report of a training: tables, plots, and the effect of other error budgets."""
