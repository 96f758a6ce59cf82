"""Training data: collecting, preparing and splitting it, and holding parts of it out."""
