"""Choosing each element from one of several arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, overload

import numpy as np
from numpy.typing import NDArray

from grad_core.arrays import Array, ArrayT, Operand, Raw
from grad_core.checks import check_raw, described
from grad_core.ops.creation.creation import zeros_like
from grad_core.ops.indexing.indexing import Mode, getitem_, in_range, integers, set_at_
from grad_core.ops.indexing.searching import Integers, where_
from grad_core.primitive import unwrap
from grad_core.several import Variadic

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

P = ParamSpec("P")


def _chosen(xs: tuple[Array, ...], which: NDArray[np.intp]) -> Array:
    out = np.empty(np.broadcast_shapes(which.shape, *map(np.shape, xs)), np.result_type(*xs))
    for i, x in enumerate(xs):
        np.copyto(out, x, where=which == i)
    return out


choose_: Variadic[NDArray[np.intp]] = Variadic(
    "choose", _chosen, lambda g, _y, _xs, i, which: where_(g, 0.0, which == i)
)


@overload
def choose(indices: Integers, choices: Sequence[Tensor], *, mode: Mode = "raise") -> Tensor: ...
@overload
def choose(indices: Integers, choices: Sequence[Raw], *, mode: Mode = "raise") -> Array: ...
@overload
def choose(
    indices: Integers, choices: Sequence[Operand], *, mode: Mode = "raise"
) -> Tensor | Array: ...
def choose(
    indices: Integers, choices: Sequence[Operand], *, mode: Mode = "raise"
) -> Tensor | Array:
    """The elements of several arrays, each from the one whose number stands in `indices`.

    Args:
        indices: Integers, any shape.
        choices: Arrays, broadcast with the indices and with each other.
        mode: What becomes of an index that is out of range: an error, `"wrap"` around, or
            `"clip"` to the nearest that is in range.

    Returns:
        A Tensor if one of the choices is a Tensor, otherwise an ndarray.

    Raises:
        IndexError: An index is out of range.
        ValueError: There are no choices, or the shapes do not fit.
        TypeError: The indices are not integers.

    Example:
        >>> import grad_core as gc
        >>> gc.choose([0, 1, 0], (gc.Tensor([1.0, 2.0, 3.0]), -1.0))
        Tensor([ 1., -1.,  3.])
    """
    xs = tuple(choices)
    if not xs:
        raise ValueError("choose: got no choices, expected one at least")
    which = in_range("choose", integers("choose", indices), len(xs), mode)
    if which.size and not (which.min() >= 0 and which.max() < len(xs)):
        raise IndexError(
            f"choose: got indices from {which.min()} to {which.max()}, expected 0 to {len(xs) - 1};"
            " mode='wrap' or 'clip' takes others"
        )
    return choose_(xs, which)


@overload
def select(
    condlist: Sequence[Tensor | NDArray[np.bool_]],
    choicelist: Sequence[Tensor],
    default: Operand = 0,
) -> Tensor: ...
@overload
def select(
    condlist: Sequence[Tensor | NDArray[np.bool_]],
    choicelist: Sequence[Raw],
    default: Raw = 0,
) -> Array: ...
@overload
def select(
    condlist: Sequence[Tensor | NDArray[np.bool_]],
    choicelist: Sequence[Operand],
    default: Operand = 0,
) -> Tensor | Array: ...
def select(
    condlist: Sequence[Tensor | NDArray[np.bool_]],
    choicelist: Sequence[Operand],
    default: Operand = 0,
) -> Tensor | Array:
    """The elements of several arrays, each from the first whose condition holds.

    Args:
        condlist: Booleans for each choice.
        choicelist: Arrays, broadcast with the conditions and with each other.
        default: Where no condition holds.

    Returns:
        A Tensor if one of the choices or the default is a Tensor, otherwise an ndarray.

    Raises:
        ValueError: There are not as many conditions as choices, or the shapes do not fit.
        TypeError: A condition is not made of booleans.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([-1.0, 0.5, 2.0])
        >>> gc.select([x < 0, x > 1], [-x, x * x])
        Tensor([1., 0., 4.])
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            f"select: got {len(condlist)} conditions and {len(choicelist)} choices, expected one"
            " for each, and one at least"
        )
    which: Any = np.array(len(choicelist))
    for i in reversed(range(len(condlist))):
        mask = np.asarray(unwrap(condlist[i]))
        if mask.dtype != np.bool_:
            raise TypeError(f"select: condition {i} is {described(mask)}, expected booleans")
        try:
            which = np.where(mask, i, which)
        except ValueError as error:
            raise ValueError(f"select: {error}") from error
    return choose_((*choicelist, default), which)


def piecewise(
    x: ArrayT,
    condlist: Sequence[Tensor | NDArray[np.bool_]] | Tensor | NDArray[np.bool_],
    funclist: Sequence[Callable[Concatenate[ArrayT, P], Operand] | Operand],
    *args: P.args,
    **kwargs: P.kwargs,
) -> ArrayT:
    """A function in pieces: each element of x goes through the function whose condition holds.

    A function is only given the elements that it is meant for, so what another does outside of
    its domain leaves no trace, neither in the result nor in the gradient.

    Args:
        x: Any shape.
        condlist: Booleans of the shape of x; the last that holds counts.
        funclist: For each condition a function of the elements in a row, or a value. One more
            stands for where none holds; without it, that is 0.
        *args: Given to each function.
        **kwargs: Given to each function.

    Raises:
        ValueError: There are not as many functions as conditions, or one more.
        IndexError: A condition does not have the shape of x.
        TypeError: A condition is not made of booleans.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([-1.0, 4.0])
        >>> gc.piecewise(x, [x < 0, x >= 0], [lambda x: -x, gc.sqrt])
        Tensor([1., 2.])
    """
    masks = _masks(x, condlist)
    pieces = list(funclist)
    if len(pieces) == len(masks) + 1:
        masks.append(~np.logical_or.reduce(masks))
    if len(pieces) != len(masks):
        raise ValueError(
            f"piecewise: got {len(pieces)} functions for {len(masks)} conditions, expected as many"
            " or one more"
        )
    y: Any = zeros_like(x)
    for mask, piece in zip(masks, pieces, strict=True):
        if mask.any():
            value = piece(getitem_(x, (mask,)), *args, **kwargs) if callable(piece) else piece
            y = set_at_(y, value, (mask,))
    found: ArrayT = y
    return found


def _masks(
    x: Operand,
    condlist: Sequence[Tensor | NDArray[np.bool_]] | Tensor | NDArray[np.bool_],
) -> list[NDArray[np.bool_]]:
    check_raw("piecewise", unwrap(x))
    shape = np.shape(unwrap(x))
    plain: Any = unwrap(condlist)
    # One condition may stand alone, as an array of the shape of x.
    alone = not isinstance(condlist, Sequence) and plain.shape == shape
    masks: list[NDArray[Any]] = [np.array(unwrap(mask)) for mask in ((plain,) if alone else plain)]
    for mask in masks:
        if mask.dtype != np.bool_ or mask.shape != shape:
            raise (TypeError if mask.dtype != np.bool_ else IndexError)(
                f"piecewise: a condition is {described(mask)}, expected booleans of shape {shape}"
            )
    return masks
