"""Every sentence that people read on a page, in both languages."""
