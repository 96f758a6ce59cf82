"""Does this entry answer this message? Evidence of several kinds, weighed together into one probability."""
