"""Imports gradio without the work it does for editors.

Knows: how gradio makes its components. Does not know: the pages. Each time gradio is imported it writes a type stub
beside every component's source; that is half of its import time (measured: 2.3 s of processor time, 1.2 s without) and
it changes files of the installation. gradio leaves the stub out for a class whose source file it cannot find.
"""

from __future__ import annotations

import inspect
import os
import sys

_COMPONENT = "ComponentMeta"
_CONCURRENT = 16


def import_gradio() -> None:
    """Import gradio once, set up for these pages; later `import gradio` statements find it loaded."""
    # Read by gradio at every turn: no usage statistics leave this machine, and so many handlers of a kind run at once.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_DEFAULT_CONCURRENCY_LIMIT"] = str(_CONCURRENT)
    if "gradio" in sys.modules:
        return
    find_file = inspect.getfile

    def hide_components(thing: object) -> str:
        if type(thing).__name__ == _COMPONENT:
            raise OSError("no stubs are wanted")
        return find_file(thing)  # type: ignore[arg-type]  # as it was called

    inspect.getfile = hide_components  # type: ignore[assignment]  # its callers pass one argument
    try:
        import gradio  # noqa: F401  # loaded for those who import it next
    finally:
        inspect.getfile = find_file
