"""Fine-tuning the sentence encoder."""
