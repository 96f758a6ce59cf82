"""Trains the GPT-2 reply generator: examples, optimiser loop, calibration, evaluation."""
