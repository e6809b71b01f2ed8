"""The first NaN or infinity: what `detect_anomaly` looks at."""

from __future__ import annotations

import linecache
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grad_core.checks import described
from grad_core.modes import anomalies, watchers
from grad_core.node import Extra, Node, Rule, Traced

_INNER = ("grad_core", "grad_init", "grad_nn", "numpy", "contextlib", "functools")


def examine_result(node: Node, data: NDArray[Any], operands: tuple[Any, ...]) -> None:
    """Show `node` to the watchers; look at its result for `detect_anomaly`.

    Raises:
        FloatingPointError: `data` is not finite.
    """
    for watch in watchers.get():
        watch(node)
    if not anomalies.get():
        return
    if node.extra is None:
        node.extra = Extra()
    node.extra.where = _line()
    found = _found(data)
    if not found:
        return
    already = any(_found(np.asarray(x)) == found for x in operands if x is not None)
    if already and found == "inf":
        return
    assert node.operation is not None  # it was recorded by one
    raise FloatingPointError(
        f"{node.operation.name}: the result, {described(data)}, has {found},"
        f"{' as an operand has already,' if already else ''} called at {node.extra.where}"
    )


def examined(node: Node, rule: Rule, g: Any, saved: tuple[Any, ...]) -> Any:
    """Return `rule(g, *saved)`; raise a FloatingPointError if it is not finite."""
    with np.errstate(all="ignore"):  # the error says more than NumPy's warning
        d = rule(g, *saved)
    data = _plain(d)
    found = _found(data)
    if not found or (found == "inf" and _found(_plain(g)) == found):
        return d
    assert node.operation is not None  # it has rules
    where = None if node.extra is None else node.extra.where
    raise FloatingPointError(
        f"backward: the gradient from {node.operation.name} to its operand"
        f" {node.operation.rules.index(rule)}, {described(data)}, has {found}; called at"
        f" {where or 'a line that was not recorded under detect_anomaly'}"
    )


def _plain(x: Any) -> NDArray[Any]:
    return x._array if isinstance(x, Traced) else np.asarray(x)


def _found(data: NDArray[Any]) -> str:
    """The worst of what is looked for: NaN, then infinities."""
    if data.dtype.kind not in "fc" or np.isfinite(data).all():
        return ""
    if np.isnan(data).any():
        return "nan"
    return "inf" if anomalies.get() == "inf" else ""


def _line() -> str:
    """The innermost line that is not of these packages."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_inner(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number).strip()
    return f"{name}:{number}" + (f": {text}" if text else "")


def _is_inner(module: str) -> bool:
    return module.partition(".")[0] in _INNER
