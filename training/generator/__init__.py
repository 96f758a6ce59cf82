"""GPT-2: examples, loop, calibration, evaluation."""
