"""What every page needs from the web: theme, language, login, sessions, security headers."""
