"""Tensor: an ndarray that remembers what it was made from.

The operators and methods hand on to the operations in `ops`; what is here is what a Tensor is:
its value, its dtype, its gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from grad_core import primitive
from grad_core.arrays import (
    Array,
    Axis,
    Index,
    Operand,
    Raw,
    Shape,
    described,
    get_default_dtype,
    numeric_dtype,
)
from grad_core.node import Leaf, Traced
from grad_core.ops import elementwise as ew
from grad_core.ops.creation import asarray
from grad_core.ops.indexing import getitem_, plain_index
from grad_core.ops.linalg import matmul, swap_last
from grad_core.ops.manipulation import astype, expand_dims, reshape, squeeze, transpose_
from grad_core.ops.searching import where
from grad_core.ops.statistical import max_, mean_, min_, sum_
from grad_core.primitive import Binary, is_raw
from grad_core.sweep import backward


class Tensor(Traced):
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

    # `ndarray + tensor` defers to `Tensor.__radd__`
    __array_ufunc__ = None

    def __init__(
        self,
        data: Tensor | ArrayLike,
        requires_grad: bool = False,
        dtype: DTypeLike | None = None,
    ) -> None:
        to = get_default_dtype() if dtype is None else numeric_dtype("Tensor", dtype)
        self._data = _converted("Tensor", data, to)
        self._node = Leaf(self._data.shape, to) if requires_grad else None
        if requires_grad:
            _check_differentiable("Tensor", to)

    # ------------------------------------------------------------------------ value

    @property
    def data(self) -> Array:
        """The value, as an ndarray, without a copy.

        Setting it rebinds the value of a leaf: it is copied into the Tensor's dtype, its shape
        may differ, the gradient is cleared, and earlier graphs keep the old value.

        Raises:
            RuntimeError: It is set on the result of a recorded operation.
        """
        return self._data

    @data.setter
    def data(self, value: Tensor | ArrayLike) -> None:
        self._check_leaf("data")
        self._data = _converted("data", value, self._data.dtype)
        self.zero_grad()
        if self._node is not None and self._node.shape != self._data.shape:
            self._node = Leaf(self._data.shape, self._data.dtype)

    def assign(self, value: Array) -> None:
        """Take a new value of the same shape, without a copy, and keep the gradient.

        This is what an optimizer's step does to a parameter. Earlier graphs keep the old value.

        Raises:
            RuntimeError: This Tensor is the result of a recorded operation.
            ValueError: The shape is another one.
            TypeError: The dtype does not fit.

        Example:
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> x.assign(x.data - 0.5)
            >>> x
            Tensor([0.5, 1.5], requires_grad=True)
        """
        self._check_leaf("assign")
        value = np.asarray(value)
        if value.shape != self._data.shape:
            raise ValueError(f"assign: got shape {value.shape}, expected {self._data.shape}")
        if not np.can_cast(value.dtype, self._data.dtype, "same_kind"):
            raise TypeError(f"assign: got dtype {value.dtype}, expected {self._data.dtype}")
        self._data = value.astype(self._data.dtype, copy=False)

    @property
    def shape(self) -> Shape:
        """The length of each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The dtype of the elements."""
        return self._data.dtype

    def item(self) -> float:
        """Return the only element as a Python number.

        Raises:
            ValueError: There is not exactly one element.
        """
        if self._data.size != 1:
            raise ValueError(f"item: {described(self._data)} has not exactly one element")
        return self._data.item()

    def tolist(self) -> float | list[float] | list[list[float]]:
        """Return the elements as nested lists of Python numbers."""
        nested: float | list[float] | list[list[float]] = self._data.tolist()
        return nested

    def astype(self, dtype: DTypeLike) -> Tensor:
        """The same values in another dtype; differentiated where that is floating or complex."""
        return astype(self, dtype)

    if not TYPE_CHECKING:
        # To a type checker a Tensor is no array-like: else the stubs of NumPy would have it that
        # `ndarray + tensor` is an ndarray. Arrays are taken from `data`.
        def __array__(self, dtype=None, copy=None):
            """Let NumPy read a Tensor that requires no gradient; of others it would be lost."""
            if self._node is not None:
                raise TypeError(
                    "a Tensor that requires a gradient is not silently made an ndarray: use .data,"
                    " or detach() first"
                )
            return np.array(self._data, dtype, copy=copy)

    def __len__(self) -> int:
        if not self._data.ndim:
            raise TypeError("len() of a Tensor without axes")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._data.ndim:
            raise TypeError("iteration over a Tensor without axes")
        return (self[i] for i in range(len(self._data)))

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ValueError(
                f"the truth of {described(self._data)} is ambiguous: only that of one element is"
                " defined; use .data.any() or .data.all()"
            )
        return bool(self._data)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec and self._data.size == 1 else str(self)

    def __repr__(self) -> str:
        name = type(self).__name__
        text = np.array2string(self._data, separator=", ", prefix=f"{name}(")
        if self._data.dtype not in (np.dtype(np.float32), np.dtype(np.bool_)):
            text += f", dtype={self._data.dtype}"
        elif not self._data.size:
            text += f", shape={self._data.shape}"
        return f"{name}({text}, requires_grad=True)" if self._node else f"{name}({text})"

    # ------------------------------------------------------------------------ gradient

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this Tensor are recorded. It can be set on leaves.

        Raises:
            RuntimeError: It is set on the result of a recorded operation.
            TypeError: It is set on integers or booleans.
        """
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self._check_leaf("requires_grad")
        if value and self._node is None:
            _check_differentiable("requires_grad", self._data.dtype)
            self._node = Leaf(self._data.shape, self._data.dtype)
        elif not value:
            self._node = None

    @property
    def is_leaf(self) -> bool:
        """Whether this Tensor is not the result of a recorded operation."""
        return self._node is None or isinstance(self._node, Leaf)

    @property
    def grad(self) -> Array | None:
        """What `backward` has added up: zeros before that, None where there is no leaf.

        Setting it replaces the gradient; None clears it.

        Raises:
            RuntimeError: It is set where no gradient is required, or not on a leaf.
            ValueError: It is set to another shape.
        """
        node = self._node
        return node.read() if isinstance(node, Leaf) else None

    @grad.setter
    def grad(self, value: ArrayLike | None) -> None:
        node = self._node
        if not isinstance(node, Leaf):
            raise RuntimeError("grad: only a leaf that requires a gradient has one to set")
        if value is None:
            node.write(None)
            return
        grad = np.asarray(value, node.dtype)
        if grad.shape != node.shape:
            raise ValueError(f"grad: got shape {grad.shape}, expected {node.shape}")
        node.write(grad)

    @property
    def has_grad(self) -> bool:
        """Whether a gradient has arrived, or was set, since `zero_grad`.

        Optimizers pass over a Tensor without one, although its `grad` reads as zeros.
        """
        return isinstance(self._node, Leaf) and self._node.reached

    def zero_grad(self) -> None:
        """Forget the gradient: `grad` reads as zeros again."""
        if isinstance(self._node, Leaf):
            self._node.write(None)

    def backward(self, grad: Tensor | Raw | None = None, *, retain_graph: bool = False) -> None:
        """Add the gradient of this Tensor to the `grad` of every leaf that it was made from.

        Args:
            grad: The gradient of what follows, in the shape of this Tensor; None stands for 1,
                for a scalar.
            retain_graph: Whether to keep what the graph saved, for a second `backward`.

        Raises:
            RuntimeError: No gradient is required, or the graph was released by an earlier call.
            ValueError: This is not a scalar and no `grad` is given, or its shape does not fit.

        Example:
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> (x * x).backward(np.array([1.0, 10.0]))
            >>> x.grad
            array([ 2., 40.], dtype=float32)
        """
        backward(self, grad, retain_graph)

    def detach(self) -> Tensor:
        """Return the same value, in the same memory, as a constant."""
        return primitive.wrap(self._data)

    def _check_leaf(self, name: str) -> None:
        if not self.is_leaf:
            raise RuntimeError(
                f"{name}: this Tensor is the result of a recorded operation; only a leaf, or"
                " detach(), can be changed"
            )

    # ------------------------------------------------------------------------ operators

    def __add__(self, other: Operand) -> Tensor:
        return ew.add(self, other)

    def __radd__(self, other: Raw) -> Tensor:
        return ew.add(other, self)

    def __iadd__(self, other: Operand) -> Self:
        return self._updated(ew.add, other)

    def __sub__(self, other: Operand) -> Tensor:
        return ew.subtract(self, other)

    def __rsub__(self, other: Raw) -> Tensor:
        return ew.subtract(other, self)

    def __isub__(self, other: Operand) -> Self:
        return self._updated(ew.subtract, other)

    def __mul__(self, other: Operand) -> Tensor:
        return ew.multiply(self, other)

    def __rmul__(self, other: Raw) -> Tensor:
        return ew.multiply(other, self)

    def __imul__(self, other: Operand) -> Self:
        return self._updated(ew.multiply, other)

    def __truediv__(self, other: Operand) -> Tensor:
        return ew.divide(self, other)

    def __rtruediv__(self, other: Raw) -> Tensor:
        return ew.divide(other, self)

    def __itruediv__(self, other: Operand) -> Self:
        return self._updated(ew.divide, other)

    def __pow__(self, other: Operand) -> Tensor:
        return ew.power(self, other)

    def __rpow__(self, other: Raw) -> Tensor:
        return ew.power(other, self)

    def __ipow__(self, other: Operand) -> Self:
        return self._updated(ew.power, other)

    def __matmul__(self, other: Operand) -> Tensor:
        return matmul(self, other)

    def __rmatmul__(self, other: Raw) -> Tensor:
        return matmul(other, self)

    def __imatmul__(self, other: Operand) -> Self:
        return self._updated(matmul, other)

    def __neg__(self) -> Tensor:
        return ew.negative(self)

    def __abs__(self) -> Tensor:
        return ew.abs(self)

    def __invert__(self) -> Tensor:
        return ew.bitwise_invert(self)

    def __and__(self, other: Operand) -> Tensor:
        return ew.bitwise_and(self, other)

    def __rand__(self, other: Raw) -> Tensor:
        return ew.bitwise_and(other, self)

    def __or__(self, other: Operand) -> Tensor:
        return ew.bitwise_or(self, other)

    def __ror__(self, other: Raw) -> Tensor:
        return ew.bitwise_or(other, self)

    def __xor__(self, other: Operand) -> Tensor:
        return ew.bitwise_xor(self, other)

    def __rxor__(self, other: Raw) -> Tensor:
        return ew.bitwise_xor(other, self)

    def __lt__(self, other: Operand) -> Tensor:
        return ew.less(self, other)

    def __le__(self, other: Operand) -> Tensor:
        return ew.less_equal(self, other)

    def __gt__(self, other: Operand) -> Tensor:
        return ew.greater(self, other)

    def __ge__(self, other: Operand) -> Tensor:
        return ew.greater_equal(self, other)

    def __eq__(self, other: Operand) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy
        if isinstance(other, Tensor) or is_raw(other):
            return ew.equal(self, other)
        return NotImplemented

    def __ne__(self, other: Operand) -> Tensor:  # type: ignore[override]  # elementwise, as NumPy
        if isinstance(other, Tensor) or is_raw(other):
            return ew.not_equal(self, other)
        return NotImplemented

    __hash__ = object.__hash__

    def _updated(self, operation: Binary[()], other: Operand) -> Self:
        """The result of an in-place operator: this Tensor, or what the name stands for now.

        A leaf that requires a gradient, and a constant that stays one, take the new value outside
        the graph; anything else goes on as the recorded result. Shape and dtype stay.
        """
        gradient_in = isinstance(other, Tensor) and other._node is not None
        if isinstance(self._node, Leaf) and gradient_in:
            raise RuntimeError(
                f"{operation.name}: an in-place operator on a leaf leaves the graph, and the"
                " gradient of the other operand would be lost; write x = x + y, or detach() it"
            )
        in_graph = gradient_in or not self.is_leaf
        new = operation(self if in_graph else self.detach(), other)
        data = new._data
        if data.shape != self._data.shape:
            raise ValueError(
                f"{operation.name}: an in-place operator keeps the shape, but {described(self._data)}"
                f" with {described(primitive.unwrap(other))} gives {list(data.shape)}"
            )
        if data.dtype != self._data.dtype:
            if not np.can_cast(data.dtype, self._data.dtype, "same_kind"):
                raise TypeError(
                    f"{operation.name}: an in-place operator keeps the dtype, but {data.dtype} does"
                    f" not fit into {self._data.dtype}"
                )
            new = astype(new, self._data.dtype)
        if in_graph:
            return new  # type: ignore[return-value]  # what is in a graph is a plain Tensor
        self._data = new._data
        self.zero_grad()
        return self

    def __getitem__(self, index: Index) -> Tensor:
        """The part that `index` names: ints, slices, None, ..., lists, masks, arrays, Tensors.

        Raises:
            IndexError: The index is out of range, or is not one.
        """
        return getitem_(self, plain_index(index))

    # ------------------------------------------------------------------------ methods

    def add(self: Operand, other: Operand) -> Tensor:
        """self + other; also `Tensor.add(x, y)` of any two operands."""
        return ew.add(_tensor(self), other)

    def mul(self: Operand, other: Operand) -> Tensor:
        """self * other; also `Tensor.mul(x, y)` of any two operands."""
        return ew.multiply(_tensor(self), other)

    def matmul(self: Operand, other: Operand) -> Tensor:
        """The matrix product self @ other; also `Tensor.matmul(x, y)` of any two operands."""
        return matmul(_tensor(self), other)

    def dot(self, other: Operand) -> Tensor:
        """The matrix product self @ other; of two vectors, their inner product."""
        return matmul(self, other)

    def maximum(self: Operand, other: Operand) -> Tensor:
        """The larger of each pair; also `Tensor.maximum(x, y)` of any two operands."""
        return ew.maximum(_tensor(self), other)

    def minimum(self: Operand, other: Operand) -> Tensor:
        """The smaller of each pair; also `Tensor.minimum(x, y)` of any two operands."""
        return ew.minimum(_tensor(self), other)

    @staticmethod
    def where(condition: Operand, x: Operand, y: Operand) -> Tensor:
        """x where the condition holds, y elsewhere."""
        return where(condition, _tensor(x), y)

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
        """Each element that is larger than `threshold`, and `value` for the others."""
        return where(ew.greater(self._data, threshold), self, value)

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

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The largest element over an axis, several or all. Ties share the gradient evenly."""
        return max_(self, axis, keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The smallest element over an axis, several or all. Ties share the gradient evenly."""
        return min_(self, axis, keepdims)

    def reshape(self, *shape: int | Shape) -> Tensor:
        """The same elements in another shape: `reshape(2, -1)` or `reshape((2, -1))`."""
        return reshape(self, _shape(shape))

    def view(self, *shape: int | Shape) -> Tensor:
        """The same elements in another shape, as `reshape`."""
        return reshape(self, _shape(shape))

    def squeeze(self, axis: Axis = None) -> Tensor:
        """Without the named axes of size 1, or without all of them."""
        return squeeze(self, axis)

    def unsqueeze(self, dim: int) -> Tensor:
        """With a new axis of size 1 at `dim`."""
        return expand_dims(self, dim)

    def transpose(self, axes: Shape | None = None) -> Tensor:
        """With the axes permuted: axis `i` is axis `axes[i]` of this; None reverses all."""
        return transpose_(self, axes)

    @property
    def T(self) -> Tensor:  # noqa: N802  # NumPy's name
        """With the axes reversed."""
        return transpose_(self, None)

    @property
    def mT(self) -> Tensor:  # noqa: N802  # NumPy's name
        """With the last two axes swapped."""
        return swap_last(self)


primitive.results_are(Tensor)


def _tensor(x: Operand) -> Tensor:
    return x if isinstance(x, Tensor) else asarray(x)


def _shape(sizes: tuple[int | Shape, ...]) -> Shape:
    """The shape that was given as separate sizes or as one tuple of them."""
    shape: list[int] = []
    for size in sizes:
        shape.extend((size,) if isinstance(size, (int, np.integer)) else size)
    return tuple(shape)


def _converted(name: str, data: Tensor | ArrayLike, dtype: np.dtype[np.floating]) -> Array:
    """A copy of `data` as an array of `dtype`."""
    try:
        source = data._data if isinstance(data, Tensor) else np.asarray(data)
    except ValueError as error:  # nested sequences of different lengths
        raise ValueError(f"{name}: {error}") from error
    numeric_dtype(name, source.dtype)
    if source.dtype.kind == "c" and dtype.kind != "c":
        raise TypeError(
            f"{name}: got complex numbers for dtype {dtype}; pass dtype=np.complex64, or the real part"
        )
    return np.array(source, dtype, order="C")


def _check_differentiable(name: str, dtype: np.dtype[np.floating]) -> None:
    if dtype.kind not in "fc":
        raise TypeError(
            f"{name}: only floating and complex Tensors can require a gradient, not {dtype}"
        )
