"""The console's tab of conversations that wait for an agent."""
