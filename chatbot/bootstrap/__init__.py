"""The composition root: it alone picks implementations and puts stores, models, encoders and indexes together."""
