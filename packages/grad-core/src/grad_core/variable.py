"""Variable: a value that can change, and its gradient; all of a Tensor but its operators."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, SupportsIndex
from weakref import ref

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from grad_core.arrays import Array, Raw, get_default_dtype
from grad_core.checks import described, numeric_array, numeric_dtype
from grad_core.node import Extra, Leaf, Traced
from grad_core.primitive import wrap
from grad_core.sweep import backward
from grad_core.value import Value

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


class Variable(Value):
    """What a Tensor is: an array, whether it requires a gradient, and that gradient."""

    __slots__ = ()

    def __init__(
        self,
        data: Tensor | ArrayLike,
        requires_grad: bool = False,
        dtype: DTypeLike | None = None,
    ) -> None:
        to = get_default_dtype() if dtype is None else numeric_dtype("Tensor", dtype)
        self._array = _converted("Tensor", data, to)
        self._shown = False
        self._leaf = None
        self._node = Leaf(self._array.shape, to) if requires_grad else None
        if requires_grad:
            _check_differentiable("Tensor", to)

    # ------------------------------------------------------------------------ value

    @property
    def data(self) -> Array:
        """The value, as an ndarray, without a copy.

        Setting it rebinds the value of a leaf: it is copied into the Tensor's dtype, its shape
        may differ, the gradient is cleared, and earlier graphs keep the old value. To write into
        it, as `t.data[0] = x` and `t.data -= x` do, is noticed by graphs that need what was there:
        their `backward` raises an error. `t[0] = x` and `t -= x` leave them right.

        Raises:
            RuntimeError: It is set on the result of a recorded operation.
        """
        return self._read()

    @data.setter
    def data(self, value: Tensor | ArrayLike) -> None:
        self._check_leaf("data")
        self._array = _converted("data", value, self._array.dtype)
        self._shown = False
        self.zero_grad()
        if self._node is not None and self._node.shape != self._array.shape:
            self._node = Leaf(self._array.shape, self._array.dtype)

    def assign(self, value: Array, *, copy: bool = True, dtype: DTypeLike | None = None) -> None:
        """Take a new value of the same shape, and keep the gradient.

        This is what an optimizer's step does to a parameter. Earlier graphs keep the old value, and
        their gradients arrive here still.

        Args:
            value: The new value; it is cast to the dtype of this Tensor.
            copy: Whether to copy it. If not, the Tensor takes the array over, and nobody may write
                to it from then on.
            dtype: The dtype of this Tensor and its gradient from now on; None keeps the one it has.

        Raises:
            RuntimeError: This Tensor is the result of a recorded operation.
            ValueError: The shape is another one.
            TypeError: The dtype does not fit.

        Example:
            >>> from grad_core import Tensor
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> x.assign(x.data - 0.5)
            >>> x
            Tensor([0.5, 1.5], requires_grad=True)
            >>> x.assign(x.data, dtype="float64")
            >>> x
            Tensor([0.5, 1.5], dtype=float64, requires_grad=True)
        """
        own, node = self._array, self._node
        if (  # as optimizers do it
            not copy
            and dtype is None
            and value.__class__ is np.ndarray
            and value.shape == own.shape
            and value.dtype == own.dtype
            and (node is None or isinstance(node, Leaf))
        ):
            self._array = value
            self._shown = False
            return
        self._check_leaf("assign")
        value = np.asarray(value)
        if value.shape != self._array.shape:
            raise ValueError(f"assign: got shape {value.shape}, expected {self._array.shape}")
        to = self._array.dtype if dtype is None else numeric_dtype("assign", dtype)
        if not np.can_cast(value.dtype, to, "same_kind"):
            raise TypeError(f"assign: got dtype {value.dtype}, expected {to}")
        if to != self._array.dtype:
            self._take_dtype(to)
        self._array = value.astype(to, copy=copy)
        self._shown = False

    def _take_dtype(self, dtype: np.dtype[np.floating]) -> None:
        """Give the graph's end of this leaf another dtype."""
        if self._node is not None:
            _check_differentiable("assign", dtype)
        for leaf in (self._node, getattr(self, "_leaf", None)):  # as in zero_grad
            if isinstance(leaf, Leaf):
                leaf.take_dtype(dtype)

    # ------------------------------------------------------------------------ gradient

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this Tensor are recorded. It can be set on leaves.

        A leaf that requires a gradient no more keeps the one it has, for when it does again.

        Raises:
            RuntimeError: It is set on the result of a recorded operation.
            TypeError: It is set on integers or booleans.
        """
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self._check_leaf("requires_grad")
        if value and self._node is None:
            _check_differentiable("requires_grad", self._array.dtype)
            leaf = getattr(self, "_leaf", None)  # results of operations leave the slot empty
            if leaf is None or leaf.shape != self._array.shape:
                leaf = Leaf(self._array.shape, self._array.dtype)
            self._node = leaf
        elif not value and isinstance(self._node, Leaf):
            self._leaf, self._node = self._node, None

    @property
    def is_leaf(self) -> bool:
        """Whether this Tensor is not the result of a recorded operation."""
        return self._node is None or isinstance(self._node, Leaf)

    @property
    def grad(self) -> Array | None:
        """What `backward` has added up, zeros before that; None where nothing is kept.

        It is kept on leaves that require a gradient, and after `retain_grad`.

        Setting it replaces the gradient; None clears it.

        Raises:
            RuntimeError: It is set where no gradient is required, or not on a leaf.
            ValueError: It is set to another shape.
        """
        node = self._node
        if isinstance(node, Leaf):
            return node.read()
        extra = None if node is None else node.extra
        if node is None or extra is None or not extra.retains:
            return None
        if extra.grad is None:
            extra.grad = np.zeros(node.shape, node.dtype)
        return extra.grad

    @grad.setter
    def grad(self, value: Tensor | ArrayLike | None) -> None:
        node = self._node
        if not isinstance(node, Leaf):
            raise RuntimeError("grad: only a leaf that requires a gradient has one to set")
        if value is None:
            node.write(None)
            return
        source = value._array if isinstance(value, Traced) else value
        grad: Array = np.asarray(numeric_array("grad", source, node.dtype), node.dtype)
        if grad.shape != node.shape:
            raise ValueError(f"grad: got shape {grad.shape}, expected {node.shape}")
        node.write(grad)

    @property
    def has_grad(self) -> bool:
        """Whether a gradient has arrived, or was set, since `zero_grad`.

        Optimizers pass over a Tensor without one, although its `grad` reads as zeros.
        """
        node = self._node
        return isinstance(node, Leaf) and node.has_grad()

    def zero_grad(self) -> None:
        """Forget the gradient: `grad` reads as zeros again."""
        node = self._node
        leaf = (
            getattr(self, "_leaf", None) if node is None else node
        )  # the frozen one, or that in use
        if isinstance(leaf, Leaf):
            leaf.write(None)

    def backward(self, grad: Tensor | Raw | None = None, *, retain_graph: bool = False) -> None:
        """Add the gradient of this Tensor to the `grad` of every leaf that it was made from.

        Args:
            grad: The gradient of what follows, in the shape of this Tensor; None stands for 1,
                for a scalar.
            retain_graph: Whether to keep what the graph saved, for a second `backward`.

        Raises:
            RuntimeError: No gradient is required, or the graph was released by an earlier call.
            ValueError: This is not a real scalar and no `grad` is given, or its shape does not fit.
            TypeError: `grad` has a dtype that does not fit.

        Example:
            >>> from grad_core import Tensor
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> (x * x).backward(np.array([1.0, 10.0]))
            >>> x.grad
            array([ 2., 40.], dtype=float32)
        """
        backward(self, grad, retain_graph)

    def detach(self) -> Tensor:
        """Return the same value, in the same memory, as a constant."""
        out = wrap(self._array, None, self._shown)
        out._base = (ref(self), None, (), getattr(self, "_base", None))
        return out

    def retain_grad(self) -> None:
        """Keep the gradient of this Tensor in `grad`, as leaves always do.

        Raises:
            RuntimeError: No gradient is required.

        Example:
            >>> from grad_core import Tensor
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> y = x * 3
            >>> y.retain_grad()
            >>> (y * y).sum().backward()
            >>> y.grad
            array([ 6., 12.], dtype=float32)
        """
        self._extra("retain_grad").retains = True

    def register_hook(self, hook: Callable[[Tensor], Tensor | Raw | None]) -> Hook:
        """Call `hook` with the gradient of this Tensor whenever one is computed.

        Args:
            hook: Takes the gradient, and returns None or a gradient to go on with. Hooks run in
                the order in which they were registered, when the gradient is complete and before
                it is kept or goes further. Under `create_graph` what they do is recorded.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.

        Raises:
            RuntimeError: No gradient is required.
            ValueError: From the sweep, if the hook returns a gradient that does not fit.

        Example:
            >>> from grad_core import Tensor
            >>> x = Tensor([1.0, 2.0], requires_grad=True)
            >>> with x.register_hook(lambda g: g * 10):
            ...     (x * x).sum().backward()
            >>> x.grad
            array([20., 40.], dtype=float32)
        """
        return Hook(self._extra("register_hook"), hook)

    def _extra(self, name: str) -> Extra:
        node = self._node
        if node is None:
            raise RuntimeError(f"{name}: {described(self._array)} does not require a gradient")
        if node.extra is None:
            node.extra = Extra()
        return node.extra

    # ------------------------------------------------------------------------ copies

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """What pickle and copy make it from: the value, and whether it requires a gradient.

        Raises:
            RuntimeError: This Tensor is the result of a recorded operation.
        """
        if not self.is_leaf:
            raise RuntimeError(
                "pickle and copy: this Tensor is the result of a recorded operation, and its graph"
                " cannot be copied; take detach()"
            )
        state: dict[str, object] | None = getattr(self, "__dict__", None)
        return _rebuilt, (type(self), self.data, self.requires_grad), state or None

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A copy with memory and a gradient of its own."""
        function, arguments, state = self.__reduce_ex__(4)
        copied: Self = function(*arguments)
        memo[id(self)] = copied
        copied._array = self._array.copy()
        copied._shown = False
        if state is not None:
            copied.__dict__.update(deepcopy(state, memo))
        if self.has_grad:
            copied.grad = np.array(self.grad)
        return copied

    def _check_leaf(self, name: str) -> None:
        if not self.is_leaf:
            raise RuntimeError(
                f"{name}: this Tensor is the result of a recorded operation; only a leaf, or"
                " detach(), can be changed"
            )


_keys = count()


class Hook:
    """A hook that was registered, and can be removed again."""

    def __init__(self, extra: Extra, function: Callable[[Tensor], Tensor | Raw | None], /) -> None:
        if extra.hooks is None:
            extra.hooks = {}
        self._hooks = extra.hooks
        self._key = next(_keys)
        self._hooks[self._key] = function

    def remove(self) -> None:
        """Call the hook no more."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()


def _rebuilt(kind: type[Variable], data: Array, requires_grad: bool) -> Variable:
    """The Tensor that `__reduce_ex__` took apart."""
    out = object.__new__(kind)
    out._array = data
    out._shown = True  # `copy.copy` hands on the same array
    out._leaf = None
    out._node = Leaf(data.shape, data.dtype) if requires_grad else None
    return out


def _converted(name: str, data: Tensor | ArrayLike, dtype: np.dtype[np.floating]) -> Array:
    """A copy of `data` as an array of `dtype`."""
    source = data._array if isinstance(data, Traced) else data
    return np.array(numeric_array(name, source, dtype), dtype, order="C")


def _check_differentiable(name: str, dtype: np.dtype[np.floating]) -> None:
    if dtype.kind not in "fc":
        raise TypeError(
            f"{name}: only floating and complex Tensors can require a gradient, not {dtype}"
        )
