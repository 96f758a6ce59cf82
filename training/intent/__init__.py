"""The intent model: features, heads, calibration, thresholds, cross-validation."""
