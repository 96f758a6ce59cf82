"""Trains and measures the model of common intents that ships in `data/common_intents/model/`."""
