"""What to learn from: gathering, preparing, splitting, holding out."""
