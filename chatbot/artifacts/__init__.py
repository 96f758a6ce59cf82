"""Files and directories that readers see whole or not at all."""
