"""Tensor: an ndarray that remembers what it was made from.

The operators and methods are here, and hand on to the operations in `ops`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import index
from types import ModuleType
from typing import TYPE_CHECKING, Self, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_core import primitive
from grad_core.allocation import keep_freed_memory
from grad_core.arrays import Axis, Index, Operand, Raw, Shape
from grad_core.checks import described, is_raw
from grad_core.in_place import is_same, update
from grad_core.ops.creation.creation import asarray
from grad_core.ops.elementwise import basic as ew
from grad_core.ops.elementwise import comparison as cmp
from grad_core.ops.elementwise.arithmetic import floor_divide, positive, remainder
from grad_core.ops.elementwise.predicates import bitwise_left_shift, bitwise_right_shift
from grad_core.ops.elementwise.rounding import round as round_
from grad_core.ops.indexing.diagonals import diagonal
from grad_core.ops.indexing.indexing import getitem_, plain_index, set_at, take
from grad_core.ops.indexing.searching import argmax, argmin, nonzero, where
from grad_core.ops.indexing.sorting import argsort
from grad_core.ops.linear_algebra.matmul import matmul, swap_last
from grad_core.ops.linear_algebra.matrices import trace
from grad_core.ops.linear_algebra.products import dot
from grad_core.ops.manipulation.axes import swapaxes
from grad_core.ops.manipulation.manipulation import (
    astype,
    expand_dims,
    ravel,
    reshape_,
    squeeze,
    transpose_,
)
from grad_core.ops.manipulation.repeating import repeat
from grad_core.ops.statistics.cumulative import cumsum
from grad_core.ops.statistics.factors import cumprod, prod
from grad_core.ops.statistics.moments import std, var
from grad_core.ops.statistics.reductions import max_, mean_, min_, sum_
from grad_core.ops.statistics.utility import all as all_
from grad_core.ops.statistics.utility import any as any_
from grad_core.primitive import Binary
from grad_core.variable import Variable


class Tensor(Variable):
    """An array that gradients flow through.

    Args:
        data: Numbers, nested sequences of them, an array or another Tensor; copied.
        requires_grad: Whether operations on it are recorded, so that `backward` reaches it.
        dtype: The dtype; the default dtype (float32, see `set_default_dtype`) if None, whatever
            that of `data` is. `from_numpy` and `asarray` keep a dtype.

    Raises:
        TypeError: `data` is not numeric, is complex without a complex `dtype`, or requires a
            gradient and is neither floating nor complex.

    Results have the dtype that NumPy computes: float32 with a Python number stays float32, with a
    float64 array becomes float64. A Tensor is hashed by identity; `==` is elementwise.

    Example:
        >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> y = (x * x).sum()
        >>> y.backward()
        >>> x.grad
        array([2., 4., 6.], dtype=float32)
    """

    __slots__ = ()

    # ------------------------------------------------------------------------ NumPy

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
    ) -> object:
        """Let `np.exp(t)`, and `ndarray + t`, be what they are here."""
        return _dispatch().array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> object:
        """Let `np.mean(t)` be what it is here, or raise a TypeError."""
        return _dispatch().array_function(func, args, kwargs)

    # ------------------------------------------------------------------------ operators

    def __add__(self, other: Operand) -> Tensor:
        return ew.add(self, other)

    def __sub__(self, other: Operand) -> Tensor:
        return ew.subtract(self, other)

    def __mul__(self, other: Operand) -> Tensor:
        return ew.multiply(self, other)

    def __truediv__(self, other: Operand) -> Tensor:
        return ew.divide(self, other)

    def __pow__(self, other: Operand) -> Tensor:
        return ew.power(self, other)

    def __matmul__(self, other: Operand) -> Tensor:
        return matmul(self, other)

    def __floordiv__(self, other: Operand) -> Tensor:
        return floor_divide(self, other)

    def __mod__(self, other: Operand) -> Tensor:
        return remainder(self, other)

    def __divmod__(self, other: Operand) -> tuple[Tensor, Tensor]:
        return floor_divide(self, other), remainder(self, other)

    def __neg__(self) -> Tensor:
        return ew.negative(self)

    def __pos__(self) -> Tensor:
        return positive(self)

    def __abs__(self) -> Tensor:
        return ew.abs(self)

    def __invert__(self) -> Tensor:
        return cmp.bitwise_invert(self)

    def __and__(self, other: Operand) -> Tensor:
        return cmp.bitwise_and(self, other)

    def __or__(self, other: Operand) -> Tensor:
        return cmp.bitwise_or(self, other)

    def __xor__(self, other: Operand) -> Tensor:
        return cmp.bitwise_xor(self, other)

    def __lshift__(self, other: Operand) -> Tensor:
        return bitwise_left_shift(self, other)

    def __rshift__(self, other: Operand) -> Tensor:
        return bitwise_right_shift(self, other)

    def __radd__(self, other: Raw) -> Tensor:
        return ew.add(other, self)

    def __rsub__(self, other: Raw) -> Tensor:
        return ew.subtract(other, self)

    def __rmul__(self, other: Raw) -> Tensor:
        return ew.multiply(other, self)

    def __rtruediv__(self, other: Raw) -> Tensor:
        return ew.divide(other, self)

    def __rpow__(self, other: Raw) -> Tensor:
        return ew.power(other, self)

    def __rmatmul__(self, other: Raw) -> Tensor:
        return matmul(other, self)

    def __rfloordiv__(self, other: Raw) -> Tensor:
        return floor_divide(other, self)

    def __rmod__(self, other: Raw) -> Tensor:
        return remainder(other, self)

    def __rand__(self, other: Raw) -> Tensor:
        return cmp.bitwise_and(other, self)

    def __ror__(self, other: Raw) -> Tensor:
        return cmp.bitwise_or(other, self)

    def __rxor__(self, other: Raw) -> Tensor:
        return cmp.bitwise_xor(other, self)

    def __rlshift__(self, other: Raw) -> Tensor:
        return bitwise_left_shift(other, self)

    def __rrshift__(self, other: Raw) -> Tensor:
        return bitwise_right_shift(other, self)

    def __iadd__(self, other: Operand) -> Self:
        return update(self, "add", other, ew.add)

    def __isub__(self, other: Operand) -> Self:
        return update(self, "subtract", other, ew.subtract)

    def __imul__(self, other: Operand) -> Self:
        return update(self, "multiply", other, ew.multiply)

    def __itruediv__(self, other: Operand) -> Self:
        return update(self, "divide", other, ew.divide)

    def __ipow__(self, other: Operand) -> Self:
        return update(self, "power", other, ew.power)

    def __imatmul__(self, other: Operand) -> Self:
        return update(self, "matmul", other, matmul)

    def __ifloordiv__(self, other: Operand) -> Self:
        return update(self, "floor_divide", other, floor_divide)

    def __imod__(self, other: Operand) -> Self:
        return update(self, "remainder", other, remainder)

    def __iand__(self, other: Operand) -> Self:
        return update(self, "bitwise_and", other, cmp.bitwise_and)

    def __ior__(self, other: Operand) -> Self:
        return update(self, "bitwise_or", other, cmp.bitwise_or)

    def __ixor__(self, other: Operand) -> Self:
        return update(self, "bitwise_xor", other, cmp.bitwise_xor)

    def __ilshift__(self, other: Operand) -> Self:
        return update(self, "bitwise_left_shift", other, bitwise_left_shift)

    def __irshift__(self, other: Operand) -> Self:
        return update(self, "bitwise_right_shift", other, bitwise_right_shift)

    def __lt__(self, other: Operand) -> Tensor:
        return cmp.less(self, other)

    def __le__(self, other: Operand) -> Tensor:
        return cmp.less_equal(self, other)

    def __gt__(self, other: Operand) -> Tensor:
        return cmp.greater(self, other)

    def __ge__(self, other: Operand) -> Tensor:
        return cmp.greater_equal(self, other)

    def __eq__(self, other: Operand) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy
        if isinstance(other, Tensor) or is_raw(other):
            return cmp.equal(self, other)
        return NotImplemented

    def __ne__(self, other: Operand) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy
        if isinstance(other, Tensor) or is_raw(other):
            return cmp.not_equal(self, other)
        return NotImplemented

    if TYPE_CHECKING:

        def __hash__(self) -> int: ...
    else:
        __hash__ = object.__hash__  # by identity, in C: parameters are keys of many dicts

    def __setitem__(self, index: Index, value: Operand) -> None:
        """Put `value` in the place of the part that `index` names.

        On a leaf that requires a gradient this is a new value outside the graph, and the gradient
        is cleared; otherwise it is recorded where it has to be, and gradients flow from the new
        value to `value` and to the rest of the old one. Graphs keep the old value. Each call
        copies the Tensor: to collect many parts, `stack` or `concat` them.

        Raises:
            IndexError: The index is out of range, or is not one.
            ValueError: `value` is not broadcast to that part.
            RuntimeError: The gradient of `value` would be lost; or this Tensor is a view of
                another that would not change.
        """
        if isinstance(value, Tensor) and is_same(value, self, index):
            return  # `t[i] += x` has put it there
        update(self, "setitem", value, lambda x, y: set_at(x, index, y))

    def _is_plain(self) -> bool:
        return type(self) is Tensor

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a Tensor without axes")
        return (self[i] for i in range(len(self._array)))

    def __getitem__(self, index: Index) -> Tensor:
        """The part that `index` names: ints, slices, None, ..., lists, masks, arrays, Tensors.

        Raises:
            IndexError: The index is out of range, or is not one.
        """
        return getitem_(self, plain_index("getitem", index))

    # ------------------------------------------------------------------------ methods

    def astype(self, dtype: DTypeLike) -> Tensor:
        """The same values in another dtype; differentiated where that is floating or complex."""
        return astype(self, dtype)

    def add(self: Operand, other: Operand) -> Tensor:
        """self + other; also `Tensor.add(x, y)` of any two operands."""
        return _applied(ew.add, self, other)

    def mul(self: Operand, other: Operand) -> Tensor:
        """self * other; also `Tensor.mul(x, y)` of any two operands."""
        return _applied(ew.multiply, self, other)

    def matmul(self: Operand, other: Operand) -> Tensor:
        """The matrix product self @ other; also `Tensor.matmul(x, y)` of any two operands."""
        return _applied(matmul, self, other)

    def dot(self, other: Operand) -> Tensor:
        """The matrix product, or inner product of vectors, as NumPy's `dot`."""
        return dot(self, other)

    def maximum(self: Operand, other: Operand) -> Tensor:
        """The larger of each pair; also `Tensor.maximum(x, y)` of any two operands."""
        return _applied(ew.maximum, self, other)

    def minimum(self: Operand, other: Operand) -> Tensor:
        """The smaller of each pair; also `Tensor.minimum(x, y)` of any two operands."""
        return _applied(ew.minimum, self, other)

    @staticmethod
    def where(condition: Operand, x: Operand, y: Operand) -> Tensor:
        """x where the condition holds, y elsewhere."""
        if isinstance(x, Tensor):
            return where(condition, x, y)
        return where(condition, x, y) if isinstance(y, Tensor) else where(condition, asarray(x), y)

    def pow(self, exponent: Operand) -> Tensor:
        """self ** exponent."""
        return ew.power(self, exponent)

    def exp(self) -> Tensor:
        """e ** self."""
        return ew.exp(self)

    def log(self) -> Tensor:
        """The natural logarithm."""
        return ew.log(self)

    def sqrt(self) -> Tensor:
        """The square root."""
        return ew.sqrt(self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
        return ew.tanh(self)

    def sign(self) -> Tensor:
        """-1, 0 or 1; its gradient is 0."""
        return ew.sign(self)

    def abs(self) -> Tensor:
        """The absolute value; its gradient at 0 is 0."""
        return ew.abs(self)

    def conj(self) -> Tensor:
        """The complex conjugate."""
        return ew.conj(self)

    @property
    def real(self) -> Tensor:
        """The real part."""
        return ew.real(self)

    @property
    def imag(self) -> Tensor:
        """The imaginary part."""
        return ew.imag(self)

    def clip(self, min_value: Operand | None = None, max_value: Operand | None = None) -> Tensor:
        """Each element limited to the bounds, either of which may be None."""
        return ew.clip(self, min_value, max_value)

    def threshold(self, threshold: float, value: float) -> Tensor:
        """`value` in the place of each element that is not larger than `threshold`."""
        return where(cmp.less_equal(self._array, threshold), value, self)

    def masked_fill(self, mask: Tensor | Raw, value: Operand) -> Tensor:
        """`value` where `mask` holds, and the elements as they are elsewhere.

        Raises:
            TypeError: `mask` is not boolean.
        """
        condition = np.asarray(primitive.unwrap(mask))
        if condition.dtype != np.bool_:
            raise TypeError(f"masked_fill: expected a boolean mask, got {described(condition)}")
        return where(condition, value, self)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The sum over an axis, several or all."""
        return sum_(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The arithmetic mean over an axis, several or all."""
        return mean_(self, axis, keepdims)

    def prod(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The product over an axis, several or all."""
        return prod(self, axis, keepdims=keepdims)

    def var(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """The variance over an axis, several or all; the sum is divided by `n - ddof`."""
        return var(self, axis, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """The standard deviation over an axis, several or all; see `var`."""
        return std(self, axis, ddof=ddof, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """The sums of the first elements along an axis, or of all in a row."""
        return cumsum(self, axis)

    def cumprod(self, axis: int | None = None) -> Tensor:
        """The products of the first elements along an axis, or of all in a row."""
        return cumprod(self, axis)

    def all(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Whether all elements are true, over an axis, several or all."""
        return all_(self, axis, keepdims=keepdims)

    def any(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Whether any element is true, over an axis, several or all."""
        return any_(self, axis, keepdims=keepdims)

    def round(self, decimals: int = 0) -> Tensor:
        """The nearest numbers of so many decimals; its gradient is 0."""
        return round_(self, decimals)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The largest element over an axis, several or all. Ties share the gradient evenly."""
        return max_(self, axis, keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The smallest element over an axis, several or all. Ties share the gradient evenly."""
        return min_(self, axis, keepdims)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """The position of the first largest element, as integers."""
        return argmax(self, axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """The position of the first smallest element, as integers."""
        return argmin(self, axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1) -> Tensor:
        """The positions that sort the elements along an axis, as integers."""
        return argsort(self, axis)

    def nonzero(self) -> tuple[Tensor, ...]:
        """The positions of the elements that are not zero, for each axis."""
        return nonzero(self)

    def take(self, indices: Tensor | NDArray[np.integer] | int, axis: int | None = None) -> Tensor:
        """The elements at the positions `indices` of an axis, or of all in a row."""
        return take(self, indices, axis)

    def repeat(
        self, repeats: Tensor | NDArray[np.integer] | int, axis: int | None = None
    ) -> Tensor:
        """Each element so many times, along an axis, or of all in a row."""
        return repeat(self, repeats, axis)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The elements at equal positions of two axes."""
        return diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The sum of `diagonal`."""
        return trace(self, offset, axis1, axis2)

    def flatten(self) -> Tensor:
        """The elements in a row."""
        return ravel(self)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """With two axes swapped."""
        return swapaxes(self, axis1, axis2)

    def reshape(self, *shape: int | Sequence[int]) -> Tensor:
        """The same elements in another shape: `reshape(2, -1)` or `reshape((2, -1))`."""
        return reshape_(self, _ints("reshape", shape))

    def view(self, *shape: int | Sequence[int]) -> Tensor:
        """The same elements in another shape, as `reshape`."""
        return reshape_(self, _ints("view", shape))

    def squeeze(self, axis: Axis = None) -> Tensor:
        """Without the named axes of size 1, or without all of them."""
        return squeeze(self, axis)

    def unsqueeze(self, dim: int) -> Tensor:
        """With a new axis of size 1 at `dim`."""
        return expand_dims(self, dim)

    def transpose(self, axes: int | Sequence[int] | None = None, *more: int) -> Tensor:
        """With the axes permuted: axis `i` is axis `axes[i]` of this; None reverses all.

        The axes are given in one tuple, or one by one.
        """
        return transpose_(self, None if axes is None else _ints("transpose", (axes, *more)))

    @property
    def T(self) -> Tensor:  # noqa: N802  # NumPy's name
        """With the axes reversed."""
        return transpose_(self, None)

    @property
    def mT(self) -> Tensor:  # noqa: N802  # NumPy's name
        """With the last two axes swapped."""
        return swap_last(self)


# The operators that are used most are the functions that their methods hand on to: a call less
for _name, _operation in (
    ("__add__", ew.add),
    ("__sub__", ew.subtract),
    ("__mul__", ew.multiply),
    ("__truediv__", ew.divide),
    ("__pow__", ew.power),
):
    setattr(Tensor, _name, _operation.on_tensor)

primitive.results_are(Tensor)
keep_freed_memory()


@cache
def _dispatch() -> ModuleType:
    """Return what NumPy's functions become; it needs all operations, and comes when it is asked."""
    from grad_core.numpy_protocols import dispatch

    return dispatch


def _applied(operation: Binary[()], x: Operand, y: Operand) -> Tensor:
    """The result as a Tensor, also of two raw operands; a number beside a Tensor stays weak."""
    if isinstance(x, Tensor):
        return operation(x, y)
    return operation(x, y) if isinstance(y, Tensor) else operation(asarray(x), y)


def _ints(name: str, given: tuple[int | Sequence[int], ...]) -> Shape:
    """The ints that were given one by one, or in one tuple or list."""
    flat: list[SupportsIndex] = []
    for item in given:
        if isinstance(item, (tuple, list)):
            flat.extend(item)
        else:
            flat.append(item)  # type: ignore[arg-type]  # if it is none, index says so
    try:
        return tuple([index(size) for size in flat])
    except TypeError:
        raise TypeError(f"{name}: expected ints, got {given!r:.80}") from None
