"""Facts in a text: numbers, dates, names, places and commitments."""
