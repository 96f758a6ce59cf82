"""Offline work: collecting examples, training, calibration, evaluation, reports, promotion."""
