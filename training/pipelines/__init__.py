"""The steps of training, linting and mining, in order."""
