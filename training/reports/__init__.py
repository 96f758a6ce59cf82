"""The report of a training: tables, plots, budgets."""
