"""One array made several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from grad_core.arrays import ArrayT
from grad_core.checks import described
from grad_core.ops.indexing.indexing import getitem_
from grad_core.primitive import unwrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Sections: TypeAlias = "int | Sequence[int] | NDArray[np.integer] | Tensor"
_ALL = slice(None)


def unstack(x: ArrayT, axis: int = 0) -> tuple[ArrayT, ...]:
    """The slices of x along an axis, without that axis.

    Args:
        x: One axis or more.
        axis: The axis.

    Raises:
        ValueError: The axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.unstack(gc.Tensor([[1.0, 2.0], [3.0, 4.0]]))
        (Tensor([1., 2.]), Tensor([3., 4.]))
    """
    axis = normalize_axis_index(axis, x.ndim, "unstack")
    return tuple(getitem_(x, (_ALL,) * axis + (i,)) for i in range(x.shape[axis]))


def array_split(x: ArrayT, indices_or_sections: Sections, axis: int = 0) -> list[ArrayT]:
    """The parts of x along an axis.

    Args:
        x: One axis or more.
        indices_or_sections: How many parts, of which the first may be longer by one; or where
            each but the first of them begins.
        axis: The axis.

    Raises:
        ValueError: There is to be no part, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.array_split(gc.arange(5), 2)
        [Tensor([0, 1, 2], dtype=int64), Tensor([3, 4], dtype=int64)]
    """
    return _parts("array_split", x, indices_or_sections, axis)


def split(x: ArrayT, indices_or_sections: Sections, axis: int = 0) -> list[ArrayT]:
    """The parts of x along an axis.

    Args:
        x: One axis or more.
        indices_or_sections: How many parts, of the same length; or where each but the first of
            them begins.
        axis: The axis.

    Raises:
        ValueError: The length of the axis cannot be divided so, or the axis does not exist.

    Example:
        >>> import grad_core as gc
        >>> gc.split(gc.arange(4), 2)
        [Tensor([0, 1], dtype=int64), Tensor([2, 3], dtype=int64)]
        >>> gc.split(gc.arange(4), [1])
        [Tensor([0], dtype=int64), Tensor([1, 2, 3], dtype=int64)]
    """
    return _parts("split", x, indices_or_sections, axis, even=True)


def hsplit(x: ArrayT, indices_or_sections: Sections) -> list[ArrayT]:
    """The parts of x from left to right: `split` along the second axis, or the first of a vector.

    Args and errors are those of `split`.

    Example:
        >>> import grad_core as gc
        >>> gc.hsplit(gc.Tensor([[1.0, 2.0]]), 2)
        [Tensor([[1.]]), Tensor([[2.]])]
    """
    _check_ndim("hsplit", x, 1)
    return _parts("hsplit", x, indices_or_sections, min(x.ndim - 1, 1), even=True)


def vsplit(x: ArrayT, indices_or_sections: Sections) -> list[ArrayT]:
    """The parts of x from top to bottom: `split` along the first axis of a matrix.

    Args and errors are those of `split`.

    Example:
        >>> import grad_core as gc
        >>> gc.vsplit(gc.Tensor([[1.0], [2.0]]), 2)
        [Tensor([[1.]]), Tensor([[2.]])]
    """
    _check_ndim("vsplit", x, 2)
    return _parts("vsplit", x, indices_or_sections, 0, even=True)


def dsplit(x: ArrayT, indices_or_sections: Sections) -> list[ArrayT]:
    """The parts of x from front to back: `split` along the third axis.

    Args and errors are those of `split`.

    Example:
        >>> import grad_core as gc
        >>> gc.dsplit(gc.Tensor([[[1.0, 2.0]]]), 2)
        [Tensor([[[1.]]]), Tensor([[[2.]]])]
    """
    _check_ndim("dsplit", x, 3)
    return _parts("dsplit", x, indices_or_sections, 2, even=True)


def _check_ndim(name: str, x: Tensor | NDArray[Any], ndim: int) -> None:
    if x.ndim < ndim:
        raise ValueError(f"{name}: got {described(unwrap(x))}, expected {ndim} axes or more")


def _parts(
    name: str, x: ArrayT, sections: Sections, axis: int, *, even: bool = False
) -> list[ArrayT]:
    axis = normalize_axis_index(axis, x.ndim, name)
    n = x.shape[axis]
    plain: Any = unwrap(sections)
    if np.ndim(plain):
        bounds = [0, *(int(at) for at in plain), n]
    else:
        count = int(plain)
        if count < 1 or (even and n % count):
            raise ValueError(
                f"{name}: an axis of length {n} cannot be divided into {count}"
                f" {'equal ' if even else ''}parts"
            )
        bounds = [n // count * i + min(i, n % count) for i in range(count + 1)]
    before: tuple[slice, ...] = (_ALL,) * axis
    return [getitem_(x, (*before, slice(start, stop))) for start, stop in pairwise(bounds)]
