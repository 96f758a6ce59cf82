"""Language models that write replies, and the guard that checks them."""
