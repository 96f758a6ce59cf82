"""Labels, jobs, model versions and the held-out set in the database."""
