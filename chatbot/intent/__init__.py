"""Load, check and run a trained intent model directory. Does not know how it was trained."""
