"""What customers ask: exchanges, clustering, topics, FAQ proposals."""
