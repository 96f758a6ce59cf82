"""Dense and lexical search over FAQ phrasings, fused into one calibrated score."""
