"""Reply generators: GPT-2, other causal models, an OpenAI-compatible server, and wrappers around them."""
