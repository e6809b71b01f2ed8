"""NumPy's own functions on Tensors: `np.exp(t)` gives a Tensor that carries gradients.

A function of NumPy is handed on to the function of the same name here: those of `grad_core`,
`grad_core.linalg` and `grad_core.fft` take NumPy's arguments in NumPy's order. What has another
name here, takes more in NumPy, or only tells about an array, stands in the tables below. Anything
else raises a TypeError, and never gives an array that has lost its gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

import grad_core
from grad_core import fft, linalg
from grad_core.numpy_protocols import variants, writing
from grad_core.numpy_protocols.arguments import Way, from_list, name_of
from grad_core.numpy_protocols.ufuncs import Call
from grad_core.ops.calculus import calculus
from grad_core.primitive import unwrap

# What NumPy calls by a name that stands for something else here, or for nothing
_OTHER_NAMES: dict[Any, Callable[..., Any]] = {
    np.amax: grad_core.max,
    np.amin: grad_core.min,
    np.copyto: writing.copyto,
    np.empty_like: variants.zeros_like,
    np.fill_diagonal: writing.fill_diagonal,
    np.full_like: variants.full_like,
    np.gradient: calculus.finite_gradient,
    np.histogram_bin_edges: variants.histogram_bin_edges,
    np.linspace: variants.linspace,
    np.ones_like: variants.ones_like,
    np.place: writing.place,
    np.put: writing.put,
    np.put_along_axis: writing.put_along_axis,
    np.putmask: writing.putmask,
    np.ravel: variants.ravel,
    np.reshape: variants.reshape,
    np.sort_complex: variants.sort_complex,
    np.zeros_like: variants.zeros_like,
    np.lib.stride_tricks.sliding_window_view: variants.sliding_window_view,
}

# What tells about arrays, their shapes and positions, and has no part of them in its result
TELLING: tuple[Any, ...] = (
    np.array2string,
    np.array_repr,
    np.array_str,
    np.common_type,
    np.diag_indices_from,
    np.iscomplexobj,
    np.isrealobj,
    np.ix_,
    np.may_share_memory,
    np.min_scalar_type,
    np.ndim,
    np.ravel_multi_index,
    np.shape,
    np.shares_memory,
    np.size,
    np.tril_indices_from,
    np.triu_indices_from,
    np.unravel_index,
)

# What takes the numbers out of a Tensor, which may not require a gradient
TAKING: tuple[Any, ...] = (
    np.save,
    np.savetxt,
    np.savez,
    np.savez_compressed,
)

_DATES = "it is about dates, and Tensors hold numbers"
_BITS = "bits have no gradient; give it t.data"

# Why the rest of what NumPy asks about is refused, and what to do
UNSUPPORTED: dict[Any, str] = {
    **{
        getattr(np.emath, name): "its dtype hangs on the values; make the operand complex, t + 0j"
        for name in np.emath.__all__
    },
    np.busday_count: _DATES,
    np.busday_offset: _DATES,
    np.datetime_as_string: _DATES,
    np.histogram2d: "counts have no gradient; of weights take np.bincount and np.ravel_multi_index",
    np.histogramdd: "counts have no gradient; of weights take np.bincount and np.ravel_multi_index",
    np.is_busday: _DATES,
    np.isnat: _DATES,
    np.packbits: _BITS,
    np.unpackbits: _BITS,
}


@cache
def functions() -> Mapping[Any, Callable[..., Any]]:
    """Return, for each function and ufunc of NumPy that takes Tensors, the one that it becomes."""
    found: dict[Any, Callable[..., Any]] = {}
    pairs: tuple[tuple[ModuleType, ModuleType], ...] = (
        (np, grad_core),
        (np.linalg, linalg),
        (np.fft, fft),
    )
    for theirs, ours in pairs:
        for name in dir(ours):  # most are not in `vars` yet, see `grad_core.lazy`
            other = getattr(theirs, name, None)
            if is_dispatched(other) and (function := getattr(ours, name)) is not other:
                found[other] = function
    return {**found, **_OTHER_NAMES}


def is_dispatched(function: object) -> bool:
    """Whether NumPy asks its arguments how it is done."""
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


def names() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The names of the functions of NumPy that take Tensors, and what they become."""
    ours = functions()
    for name, function in dispatched():
        if function in ours:
            yield name, ours[function]


def dispatched() -> Iterator[tuple[str, Any]]:
    """The names of all functions of NumPy that ask their arguments how they are done."""
    for theirs in (np, np.linalg, np.fft, np.emath, np.lib.stride_tricks):
        prefix = theirs.__name__.replace("numpy", "np", 1)
        for name in sorted(getattr(theirs, "__all__", ("sliding_window_view",))):
            if is_dispatched(function := getattr(theirs, name)):
                yield f"{prefix}.{name}", function


# ---------------------------------------------------------------------------- functions

_ways: dict[Any, Way] = {}


def array_function(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """Call what a function of NumPy becomes for Tensors."""
    way = _ways.get(function)
    if way is None:
        ours = functions().get(function)
        if ours is None:
            return _other(function, args, kwargs)
        way = _ways[function] = Way(function, ours)
    return way(args, kwargs)


def _other(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a function that has no counterpart on plain arrays, or say why not."""
    if function in TELLING:
        take: Callable[[Any], Any] = unwrap
    elif function in TAKING:
        take = _detached
    else:
        raise _unknown(name_of(function), function)
    values = dict(zip(kwargs, _without(kwargs.values(), take), strict=True))
    return function(*_without(args, take), **values)


def _without(values: Iterable[Any], take: Callable[[Any], Any]) -> list[Any]:
    """The values with arrays for Tensors, also of those in tuples and lists."""
    return [_plain(x, take) for x in values]


def _plain(x: Any, take: Callable[[Any], Any]) -> Any:
    if x.__class__ is tuple:
        return tuple(_without(x, take))
    return _without(x, take) if x.__class__ is list else take(x)


def _detached(x: Any) -> Any:
    return x.numpy() if isinstance(x, grad_core.Tensor) else x


def _unknown(name: str, function: object) -> TypeError:
    reason = UNSUPPORTED.get(function, "give it t.data, an ndarray that carries no gradient")
    return TypeError(f"{name} does not take Tensors: {reason}")


# ---------------------------------------------------------------------------- ufuncs

_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    function: ours for function, ours in functions().items() if isinstance(function, np.ufunc)
}


def array_ufunc(
    ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """Call what a ufunc of NumPy, or one of its methods, becomes for Tensors."""
    ours: Any = _UFUNCS.get(ufunc)
    if ours is None and ufunc.__name__ == "clip":  # of `array.clip(t)`; it has no public name
        ours = grad_core.clip
    if ours is None:
        raise _unknown(_ufunc_name(ufunc), ufunc)
    if kwargs or method != "__call__":
        return Call(ufunc, ours, method, inputs, kwargs).result()
    for x in inputs:
        if x.__class__ is list or x.__class__ is tuple:  # of which operations take none
            return ours(*map(from_list, inputs))
    return ours(*inputs)


def _ufunc_name(ufunc: np.ufunc) -> str:
    name = ufunc.__name__
    return f"np.{name}" if getattr(np, name, None) is ufunc else f"the ufunc {name}"
