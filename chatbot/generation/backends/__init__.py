"""What writes replies: GPT-2, other causal models, a server, and what wraps them."""
