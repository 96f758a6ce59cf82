"""The customer-service assistant: library, HTTP API and command line.

Importing this package loads no model library and does no work.
"""

__version__ = "0.2.0"
