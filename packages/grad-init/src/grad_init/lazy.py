"""Packages whose public names are loaded when they are first used.

`import grad_init` then costs little more than `import numpy`, and a program pays for what it uses.
The public names stand in the `__init__.py` as plain imports, which type checkers, editors and
packagers read, and Python passes over (`if TYPE_CHECKING:`). It finds them in a table that is made
from those imports, `exports.py`, through the module's `__getattr__` (PEP 562).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

# What an `__init__.py` imports for itself
_HELPERS = ("EXPORTS", "TYPE_CHECKING", "attach")


def attach(package: str, exports: Mapping[str, str]) -> None:
    """Have a package load its public names when they are first used.

    A module of the package must have another name than a function or class of it: once imported it
    would stand in its place.

    Args:
        package: The name of the package, which is being imported.
        exports: The module that each name comes from; a module of the package is its own.
    """
    module = sys.modules[package]
    names = vars(module)

    def load(name: str) -> object:
        own = f"{package}.{name}"
        place = exports.get(name)
        if place is None and not name.startswith("_") and _exists(own):
            place = own
        if place is not None:
            loaded = import_module(place)
            names[name] = loaded if place == own else getattr(loaded, name)
            return names[name]
        if name == "__all__":  # of `from grad_init import *`
            return [known for known in public() if not known.startswith("_")]
        # Python's traceback adds the nearest of the public names.
        text = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(text, name=name, obj=module)

    def public() -> list[str]:
        return sorted((names.keys() | exports.keys()).difference(_HELPERS))

    names["__getattr__"] = load
    names["__dir__"] = public


def _exists(module: str) -> bool:
    from importlib.util import find_spec  # which most programs need not load

    return find_spec(module) is not None
