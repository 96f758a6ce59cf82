"""Numbers, dates, names, places and promises in a text, whatever the text is for."""
