"""The common intents: what customers of any business say, read by a linear model that ships with the project."""
