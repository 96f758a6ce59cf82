"""The order of steps of a training, a lint, a mining."""
