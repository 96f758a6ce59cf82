"""Language models that continue a conversation, and the guard on what they say."""
