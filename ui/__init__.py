"""The Gradio pages: the customer's chat and the team's console."""
