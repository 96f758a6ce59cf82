"""The pages' icon: a speech bubble, as SVG."""

from __future__ import annotations

ICON_ADDRESS = "/favicon.ico"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>'
    '<path d="M8 9h16v11H15l-5 4v-4H8z" fill="white"/></svg>'
)
