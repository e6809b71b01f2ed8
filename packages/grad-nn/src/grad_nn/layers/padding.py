"""Margins as layers; each is `functional.pad` with the mode of its name."""

from __future__ import annotations

from collections.abc import Sequence

from grad_core import Tensor
from grad_nn.functional.checks import check_tensor, integer
from grad_nn.functional.padding import PadMode, pad
from grad_nn.module import Module


class _PadNd(Module):
    """Margins around the last `axes` axes."""

    axes: int
    mode: PadMode

    def __init__(self, padding: int | Sequence[int]) -> None:
        self.padding: tuple[int, ...] = self._widths(padding)

    def _widths(self, padding: int | Sequence[int]) -> tuple[int, ...]:
        n = 2 * self.axes
        single = integer(padding)
        if single is not None:
            return (single,) * n
        given = padding if isinstance(padding, (tuple, list)) else ()
        widths = tuple(w for w in map(integer, given) if w is not None)
        if len(given) != n or len(widths) != n:
            raise ValueError(
                f"{type(self).__name__}: padding is an int or {n} of them, the last axis first;"
                f" got {padding!r}"
            )
        return widths

    def forward(self, input: Tensor) -> Tensor:
        """Pad the last axes of `(N, C, ...)` or `(C, ...)`."""
        name = type(self).__name__
        check_tensor(name, input, complex_too=True)
        if input.ndim not in (self.axes + 1, self.axes + 2):
            raise ValueError(
                f"{name}: input has shape {input.shape}, expected (N, C, ...) or (C, ...) with"
                f" {self.axes} axes for ..."
            )
        return pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """Return the margins."""
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    mode: PadMode = "constant"

    def __init__(self, padding: int | Sequence[int], value: complex) -> None:
        super().__init__(padding)
        self.value: complex = value

    def forward(self, input: Tensor) -> Tensor:
        """Pad the last axes of an input with any number of axes before them."""
        return pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        """Return the margins and the constant."""
        return f"padding={self.padding}, value={self.value}"


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """Return the margins."""
        return f"{self.padding}"


class ConstantPad1d(_ConstantPadNd):
    """A constant around the last axis.

    Args:
        padding: The width of the margins: an int for all, or `(left, right)`. What is negative is
            cut off.
        value: The constant.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ConstantPad1d(1, 5.0)(Tensor([[1.0, 2.0, 3.0]]))
        Tensor([[5., 1., 2., 3., 5.]])
    """

    axes = 1


class ConstantPad2d(_ConstantPadNd):
    """A constant around the last two axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom)`. What is
            negative is cut off.
        value: The constant.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ConstantPad2d((1, 0, 1, 0), 5.0)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[5., 5., 5.],
                 [5., 1., 2.],
                 [5., 3., 4.]]])
    """

    axes = 2


class ConstantPad3d(_ConstantPadNd):
    """A constant around the last three axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom, front,
            back)`. What is negative is cut off.
        value: The constant.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ConstantPad3d((1, 1, 1, 0, 0, 0), 5.0)(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).shape
        (1, 1, 3, 4)
    """

    axes = 3


class ZeroPad1d(_ZeroPadNd):
    """Zeros around the last axis.

    Args:
        padding: The width of the margins: an int for all, or `(left, right)`. What is negative is
            cut off.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ZeroPad1d(1)(Tensor([[1.0, 2.0, 3.0]]))
        Tensor([[0., 1., 2., 3., 0.]])
    """

    axes = 1


class ZeroPad2d(_ZeroPadNd):
    """Zeros around the last two axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom)`. What is
            negative is cut off.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ZeroPad2d((1, 0, 1, 0))(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[0., 0., 0.],
                 [0., 1., 2.],
                 [0., 3., 4.]]])
    """

    axes = 2


class ZeroPad3d(_ZeroPadNd):
    """Zeros around the last three axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom, front,
            back)`. What is negative is cut off.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ZeroPad3d((1, 1, 1, 0, 0, 0))(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).shape
        (1, 1, 3, 4)
    """

    axes = 3


class ReflectionPad1d(_PadNd):
    """The input in a mirror around the last axis.

    Args:
        padding: The width of the margins: an int for all, or `(left, right)`. Each is less than
            its axis; what is negative is cut off.

    Shape:
        `(N, C, L)` or `(C, L)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReflectionPad1d(1)(Tensor([[1.0, 2.0, 3.0]]))
        Tensor([[2., 1., 2., 3., 2.]])
    """

    axes = 1
    mode: PadMode = "reflect"


class ReflectionPad2d(_PadNd):
    """The input in a mirror around the last two axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom)`. Each is
            less than its axis; what is negative is cut off.

    Shape:
        `(N, C, H, W)` or `(C, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReflectionPad2d((1, 0, 1, 0))(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[4., 3., 4.],
                 [2., 1., 2.],
                 [4., 3., 4.]]])
    """

    axes = 2
    mode: PadMode = "reflect"


class ReflectionPad3d(_PadNd):
    """The input in a mirror around the last three axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom, front,
            back)`. Each is less than its axis; what is negative is cut off.

    Shape:
        `(N, C, D, H, W)` or `(C, D, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReflectionPad3d((1, 1, 1, 0, 0, 0))(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).shape
        (1, 1, 3, 4)
    """

    axes = 3
    mode: PadMode = "reflect"


class ReplicationPad1d(_PadNd):
    """The elements at the edge around the last axis.

    Args:
        padding: The width of the margins: an int for all, or `(left, right)`. What is negative is
            cut off.

    Shape:
        `(N, C, L)` or `(C, L)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReplicationPad1d(1)(Tensor([[1.0, 2.0, 3.0]]))
        Tensor([[1., 1., 2., 3., 3.]])
    """

    axes = 1
    mode: PadMode = "replicate"


class ReplicationPad2d(_PadNd):
    """The elements at the edge around the last two axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom)`. What is
            negative is cut off.

    Shape:
        `(N, C, H, W)` or `(C, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReplicationPad2d((1, 0, 1, 0))(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[1., 1., 2.],
                 [1., 1., 2.],
                 [3., 3., 4.]]])
    """

    axes = 2
    mode: PadMode = "replicate"


class ReplicationPad3d(_PadNd):
    """The elements at the edge around the last three axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom, front,
            back)`. What is negative is cut off.

    Shape:
        `(N, C, D, H, W)` or `(C, D, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> ReplicationPad3d((1, 1, 1, 0, 0, 0))(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).shape
        (1, 1, 3, 4)
    """

    axes = 3
    mode: PadMode = "replicate"


class CircularPad1d(_PadNd):
    """The other end of the input around the last axis.

    Args:
        padding: The width of the margins: an int for all, or `(left, right)`. None is longer than
            its axis; what is negative is cut off.

    Shape:
        `(N, C, L)` or `(C, L)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> CircularPad1d(1)(Tensor([[1.0, 2.0, 3.0]]))
        Tensor([[3., 1., 2., 3., 1.]])
    """

    axes = 1
    mode: PadMode = "circular"


class CircularPad2d(_PadNd):
    """The other end of the input around the last two axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom)`. None is
            longer than its axis; what is negative is cut off.

    Shape:
        `(N, C, H, W)` or `(C, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> CircularPad2d((1, 0, 1, 0))(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
        Tensor([[[4., 3., 4.],
                 [2., 1., 2.],
                 [4., 3., 4.]]])
    """

    axes = 2
    mode: PadMode = "circular"


class CircularPad3d(_PadNd):
    """The other end of the input around the last three axes.

    Args:
        padding: The width of the margins: an int for all, or `(left, right, top, bottom, front,
            back)`. None is longer than its axis; what is negative is cut off.

    Shape:
        `(N, C, D, H, W)` or `(C, D, H, W)`.

    Raises:
        ValueError: `padding` is something else; on a call, if it does not fit the input.

    Example:
        >>> CircularPad3d((1, 1, 1, 0, 0, 0))(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).shape
        (1, 1, 3, 4)
    """

    axes = 3
    mode: PadMode = "circular"
