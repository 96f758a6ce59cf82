"""The composition root: puts stores, models, encoders and indexes together. The only place that picks implementations."""
