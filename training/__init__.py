"""Offline work: gather examples, fit, calibrate, evaluate, report, promote."""
