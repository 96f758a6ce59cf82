"""Parts that several tabs of the console use."""
