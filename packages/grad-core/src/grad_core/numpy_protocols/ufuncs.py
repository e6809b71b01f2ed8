"""The methods of NumPy's ufuncs on Tensors, and calls with keyword arguments.

`reduce` and its like are what the reductions of this package are where there is one; otherwise the
ufunc is applied from element to element, as NumPy defines it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from grad_core.checks import described, numeric_dtype
from grad_core.numpy_protocols.arguments import from_list
from grad_core.numpy_protocols.writing import change, copyto, lost, only, written
from grad_core.ops.creation.creation import asarray
from grad_core.ops.indexing.indexing import getitem_, plain_index, scatter, set_at
from grad_core.ops.manipulation.joining import concat, stack
from grad_core.ops.manipulation.manipulation import astype, broadcast_to, expand_dims, reshape
from grad_core.ops.manipulation.splitting import unstack
from grad_core.ops.special.softmax import logsumexp
from grad_core.ops.statistics.cumulative import cumsum, cumulative_maximum, cumulative_minimum
from grad_core.ops.statistics.factors import cumprod, prod
from grad_core.ops.statistics.reductions import max as max_
from grad_core.ops.statistics.reductions import min as min_
from grad_core.ops.statistics.reductions import sum as sum_
from grad_core.ops.statistics.utility import all as all_
from grad_core.ops.statistics.utility import any as any_
from grad_core.primitive import unwrap
from grad_core.tensor import Tensor

Operation = Callable[..., Any]

# What a reduction is here, and the keyword arguments that it takes
_ALL = frozenset(("keepdims", "initial", "where"))
_REDUCE: dict[np.ufunc, tuple[Operation, frozenset[str]]] = {
    np.add: (sum_, _ALL),
    np.multiply: (prod, _ALL),
    np.maximum: (max_, _ALL),
    np.minimum: (min_, _ALL),
    np.logical_and: (all_, _ALL - {"initial"}),
    np.logical_or: (any_, _ALL - {"initial"}),
    np.logaddexp: (logsumexp, frozenset(("keepdims",))),
}
_ACCUMULATE: dict[np.ufunc, Operation] = {
    np.add: cumsum,
    np.multiply: cumprod,
    np.maximum: cumulative_maximum,
    np.minimum: cumulative_minimum,
}
# Those that may be applied in any order, and so over several axes
_REORDERABLE = frozenset(
    (
        np.bitwise_and,
        np.bitwise_or,
        np.bitwise_xor,
        np.fmax,
        np.fmin,
        np.gcd,
        np.hypot,
        np.lcm,
        np.logaddexp,
        np.logaddexp2,
        np.logical_and,
        np.logical_or,
        np.logical_xor,
    )
)

# Arguments that say nothing when they are passed with these values
_NOTHING: dict[str, tuple[object, ...]] = {
    "casting": ("same_kind",),
    "dtype": (None,),
    "initial": (np._NoValue,),
    "keepdims": (False, np._NoValue),
    "order": ("K", "C", "A", "F"),
    "subok": (True, False),
    "where": (True, np._NoValue),
}


class Call:
    """A call of a ufunc, or of one of its methods.

    Args:
        ufunc: The ufunc.
        ours: What it becomes for Tensors.
        method: `"__call__"` or the name of the method.
        inputs: The operands.
        kwargs: The keyword arguments as NumPy hands them on.
    """

    def __init__(
        self,
        ufunc: np.ufunc,
        ours: Operation,
        method: str,
        inputs: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        self.ufunc = ufunc
        self.ours = ours
        self.name: str = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
        given = {k: v for k, v in kwargs.items() if not _is_nothing(k, v)}
        self.out: Any = given.pop("out", None)
        self.dtype: Any = given.pop("dtype", None)
        self.given = given
        self.inputs: list[Any] = [*inputs] if method == "at" else [from_list(x) for x in inputs]
        self.method = method

    def result(self) -> Any:
        """Return what the call gives, written to `out` where that is given."""
        if self.method == "at":
            return self.at()
        if self.method == "__call__" and "where" in self.given:
            return self.where()
        result = getattr(self, self.method.strip("_"))()
        return result if self.out is None else written(self.name, result, self.out)

    def call(self) -> Any:
        """`ufunc(x, y)`."""
        if self.given and not (self.ufunc is np.vecdot and self.given.keys() == {"axis"}):
            raise self.refused()
        return self.ours(*self.cast(self.inputs), **self.given)

    def where(self) -> Any:
        """`ufunc(x, y, out=out, where=mask)`: only the elements where the mask holds."""
        mask = np.asarray(unwrap(self.given.pop("where")))
        if mask.dtype != np.bool:
            raise TypeError(f"{self.name}: where is {described(mask)}, expected booleans")
        if self.given or self.ufunc.signature is not None:
            raise self.refused()
        out = only(self.out)
        if out is None or out.__class__ is tuple:
            raise TypeError(
                f"{self.name} of Tensors takes where= only with one out=, for NumPy leaves the other"
                " elements without a value; choose with np.where"
            )
        # The others are not computed: their gradients would be NaN where, say, 0 divides.
        index = plain_index(self.name, np.broadcast_to(mask, out.shape))
        operands = [
            x if np.isscalar(x) else getitem_(broadcast_to(asarray(x), out.shape), index)
            for x in self.cast(self.inputs)
        ]
        result = self.ours(*operands)
        if isinstance(out, Tensor):
            change(out, result, lambda x, y: set_at(x, index[0], y), self.name)
        else:
            part: Any = out[index]
            copyto(part, result, name=self.name)
            out[index] = part
        return out

    def outer(self) -> Any:
        """`ufunc.outer(x, y)`: of each element of x with each of y."""
        if self.given:
            raise self.refused()
        x, y = self.cast(self.inputs)
        ones = (1,) * np.ndim(unwrap(y))
        if ones and isinstance(x, Tensor):
            x = reshape(x, (*x.shape, *ones))
        elif ones:
            x = np.reshape(x, (*np.shape(x), *ones))
        return self.ours(x, y)

    def reduce(self) -> Any:
        """`ufunc.reduce(x, axis)`: NumPy reduces the first axis unless told otherwise."""
        (x,) = self.cast(self.inputs)
        axis = self.given.pop("axis", 0)
        known, takes = _REDUCE.get(self.ufunc, (None, _ALL))
        if known is not None and takes.issuperset(self.given):
            return known(x, axis, **self.given)
        keepdims = self.given.pop("keepdims", False)
        initial = self.given.pop("initial", None)
        if self.given:
            raise self.refused()
        axes = normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim)
        if len(axes) > 1 and self.ufunc not in _REORDERABLE:
            raise ValueError(
                f"{self.name}: the order matters, so that it takes one axis, got {axis}"
            )
        for left in range(len(axes) - 1, -1, -1):
            x = self.folded(x, sorted(axes)[left], None if left else initial)
        return expand_dims(x, axes) if keepdims else x

    def folded(self, x: Any, axis: int, initial: Any = None) -> Any:
        """The ufunc of the first two, of that and the third, and so on along an axis."""
        parts = list(unstack(x, axis=axis))
        start = self.ufunc.identity if initial is None and not parts else initial
        if start is not None:
            shape = (*x.shape[:axis], *x.shape[axis + 1 :])
            parts.insert(0, broadcast_to(astype(asarray(start), x.dtype), shape))
        if not parts:
            raise ValueError(f"{self.name}: got no elements along axis {axis}, and has no identity")
        return reduce(self.ours, parts)

    def accumulate(self) -> Any:
        """`ufunc.accumulate(x, axis)`: what `reduce` gives after each element."""
        (x,) = self.cast(self.inputs)
        axis = self.given.pop("axis", 0)
        if self.given:
            raise self.refused()
        if self.ufunc in _ACCUMULATE:
            return _ACCUMULATE[self.ufunc](x, axis)
        parts = list(unstack(x, axis=axis))
        for i in range(1, len(parts)):
            parts[i] = self.ours(parts[i - 1], parts[i])
        return stack(parts, axis=axis) if parts else x

    def reduceat(self) -> Any:
        """`ufunc.reduceat(x, at, axis)`: of the elements from each position to the next."""
        x, at = self.inputs
        (x,) = self.cast([x])
        axis = normalize_axis_index(self.given.pop("axis", 0), x.ndim)
        if self.given:
            raise self.refused()
        starts = [int(i) for i in np.asarray(unwrap(at)).ravel()]
        ends = [*starts[1:], x.shape[axis]]
        parts: list[Any] = []
        for start, end in zip(starts, ends, strict=True):
            if not 0 <= start < x.shape[axis]:
                raise IndexError(f"{self.name}: {start} is out of range for {x.shape[axis]}")
            stop = end if end > start else start + 1
            part = x[(slice(None),) * axis + (slice(start, stop),)]
            known, _ = _REDUCE.get(self.ufunc, (self.folded, _ALL))
            whole = known(part, axis)
            parts.append(expand_dims(whole, axis))
        return concat(parts, axis=axis)

    def at(self) -> None:
        """`ufunc.at(x, index, y)`: x is changed at the index, as often as it is named there."""
        if self.given or self.out is not None or self.dtype is not None:
            raise self.refused()
        x, index, *y = self.inputs
        if not isinstance(x, Tensor):
            self.ufunc.at(x, _plain(index), *(lost(self.name, other) for other in y))
            return
        places = plain_index(self.name, index)
        where = np.arange(x.size).reshape(x.shape)[places]
        shape = x.shape
        value = asarray(from_list(y[0])) if y else None
        if value is not None and self.ufunc in (np.add, np.subtract):
            part = scatter(broadcast_to(value, where.shape), places, shape)
            change(x, part, self.ours, self.name)
        elif np.unique(where).size != where.size:
            raise TypeError(f"{self.name} of Tensors takes each position once, or np.add.at")
        elif value is None:
            change(x, 0, lambda old, _: set_at(old, places, self.ours(old[places])), self.name)
        else:
            change(
                x,
                value,
                lambda old, new: set_at(old, places, self.ours(old[places], new)),
                self.name,
            )

    def cast(self, operands: Sequence[Any]) -> list[Any]:
        """The operands in the dtype that the ufunc is told to compute in."""
        if self.dtype is None:
            return list(operands)
        to = numeric_dtype(self.name, self.dtype)
        cast: list[Any] = []
        for operand in operands:
            x = np.asarray(operand) if np.isscalar(operand) else operand
            if not np.isscalar(operand) and not np.can_cast(x.dtype, to, "same_kind"):
                raise TypeError(f"{self.name}: {x.dtype} does not fit into dtype {to}")
            cast.append(astype(x, to))
        return cast

    def refused(self) -> TypeError:
        """Return the error for arguments that are not taken."""
        told = ", ".join(f"{name}={value!r:.60}" for name, value in self.given.items())
        return TypeError(f"{self.name} of Tensors does not take {told}")


def _is_nothing(name: str, value: Any) -> bool:
    if name == "out":
        return value is None or all(x is None for x in value)
    nothing = _NOTHING.get(name, ())
    return value in nothing if isinstance(value, str) else any(value is x for x in nothing)


def _plain(index: Any) -> Any:
    return tuple(map(unwrap, index)) if index.__class__ is tuple else unwrap(index)
