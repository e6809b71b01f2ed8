"""Einstein sums: products of any number of arrays, with the axes named."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import index
from types import EllipsisType
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np

from grad_core.arrays import Array, Operand, Raw, Shape
from grad_core.checks import explained
from grad_core.ops.linear_algebra.matmul import an_array
from grad_core.ops.manipulation.manipulation import broadcast_to_
from grad_core.primitive import unwrap
from grad_core.several import Variadic

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Sublist: TypeAlias = "Sequence[int | EllipsisType]"
Optimize: TypeAlias = "bool | str | Sequence[str | int | tuple[int, ...]]"
"""How the order of the products is chosen, as NumPy's `einsum` takes it."""

_LETTERS = string.ascii_uppercase + string.ascii_lowercase  # in the order of implicit results

_numpy: Callable[..., Array] = np.einsum  # no overload of its stub takes the arguments as a list


def _forward(
    xs: tuple[Array, ...], inputs: tuple[Shape, ...], output: Shape, optimize: Optimize
) -> Array:
    pairs = [item for pair in zip(xs, inputs, strict=True) for item in pair]
    out = _numpy(*pairs, output, optimize=optimize)
    # Of one operand without a sum NumPy gives a view.
    return np.array(out) if len(xs) == 1 else np.asarray(out)


def _rule(
    g: Array,
    _out: Array,
    xs: tuple[Array, ...],
    i: int,
    inputs: tuple[Shape, ...],
    output: Shape,
    optimize: Optimize,
) -> Array:
    """Sum the product of `g` and of the other operands to the subscripts of operand `i`."""
    operands: list[Array] = [g]
    subscripts: list[Shape] = [output]
    for j, x in enumerate(xs):
        if j != i:
            operands.append(x)
            subscripts.append(inputs[j])
    target: list[int] = []
    fresh = 1 + max((label for labels in (output, *inputs) for label in labels), default=-1)
    for label in inputs[i]:
        if label in target:  # the diagonal, and zeros elsewhere
            operands.append(np.eye(_size(label, xs, inputs), dtype=g.dtype))
            subscripts.append((label, fresh))
            label = fresh
            fresh += 1
        target.append(label)
    known = {label for labels in subscripts for label in labels}
    alone = tuple(label for label in target if label not in known)
    if alone:  # summed over in this operand only: the gradient is the same all along
        operands.append(np.ones((1,) * len(alone), g.dtype))
        subscripts.append(alone)
    order = optimize if isinstance(optimize, (bool, str)) else True  # a path is of other operands
    d: Array = _einsum(operands, tuple(subscripts), tuple(target), order)
    return broadcast_to_(d, np.broadcast_shapes(d.shape, xs[i].shape))


def _size(label: int, xs: Sequence[Array], inputs: Sequence[Shape]) -> int:
    """How long the axes with a subscript are; size 1 is broadcast."""
    sizes = {
        n
        for x, labels in zip(xs, inputs, strict=True)
        for n, other in zip(x.shape, labels, strict=True)
        if other == label
    }
    return max(sizes) if 0 not in sizes else 0


_einsum: Variadic[tuple[Shape, ...], Shape, Optimize] = Variadic("einsum", _forward, _rule)

# ---------------------------------------------------------------------------- the notation


@overload
def einsum(
    subscripts: str, operand: Tensor, /, *operands: Operand, optimize: Optimize = False
) -> Tensor: ...
@overload
def einsum(
    subscripts: str, operand: Raw, second: Tensor, /, *operands: Operand, optimize: Optimize = False
) -> Tensor: ...
@overload
def einsum(subscripts: str, /, *operands: Raw, optimize: Optimize = False) -> Array: ...
@overload
def einsum(
    subscripts: str, /, *operands: Operand, optimize: Optimize = False
) -> Tensor | Array: ...
@overload
def einsum(
    operand: Tensor, sublist: Sublist, /, *more: Operand | Sublist, optimize: Optimize = False
) -> Tensor: ...
@overload
def einsum(
    operand: Raw, sublist: Sublist, /, *more: Operand | Sublist, optimize: Optimize = False
) -> Tensor | Array: ...
def einsum(
    subscripts: str | Operand, /, *operands: Operand | Sublist, optimize: Optimize = False
) -> Tensor | Array:
    """A sum of products, written in Einstein's notation as NumPy reads it.

    Args:
        subscripts: A letter for each axis of each operand, separated by commas, and after `->`
            those of the result. What the result has not is summed over; a letter twice in one
            operand is its diagonal; `...` are all axes that are not named, which are broadcast.
            Without `->` the result has the letters that occur once, in alphabetical order.
        operands: As many as the subscripts say. Sizes of 1 are broadcast. Instead of the
            subscripts, each operand may be followed by a list of integers below 52 (and
            `Ellipsis`), and all of them by such a list for the result.
        optimize: Whether, or how ("greedy", "optimal", a path of `einsum_path`), an order of
            pairwise products is chosen. It is worth while for three operands or large ones.

    Raises:
        ValueError: The subscripts are no such thing, or the operands do not fit them.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> gc.einsum("ij,ij->i", x, x)
        Tensor([ 5., 25.])
        >>> gc.einsum("ii", x)
        Tensor(5.)
    """
    given: Sequence[object]
    if isinstance(subscripts, str):
        (terms, result), given = _parsed(subscripts), operands
    else:
        terms, result, given = _listed([subscripts, *operands])
    if len(terms) != len(given):
        raise ValueError(
            f"einsum: {subscripts!r} has subscripts for {len(terms)} operands, got {len(given)}"
        )
    xs: list[Tensor | Array] = [an_array("einsum", x) for x in given]
    inputs, output = _labels(terms, result, tuple(x.ndim for x in xs))
    how = optimize if isinstance(optimize, (bool, str)) else tuple(optimize)
    out: Tensor | Array = _einsum(xs, inputs, output, how)
    return out


def einsum_path(
    subscripts: str | Operand,
    /,
    *operands: Operand | Sublist,
    optimize: Optimize = "greedy",
) -> tuple[list[str | tuple[int, ...]], str]:
    """The order of pairwise products that `einsum` would choose, and a report on its cost.

    Args are those of `einsum`. The path can be handed to its `optimize`.

    Example:
        >>> import numpy as np
        >>> import grad_core as gc
        >>> x = gc.Tensor(np.ones((2, 2)))
        >>> gc.einsum_path("ij,jk,kl", x, x, x)[0]
        ['einsum_path', (0, 1), (0, 1)]
    """
    numpys: Callable[..., Any] = np.einsum_path
    plain = [unwrap(x) for x in (subscripts, *operands)]
    try:
        path: tuple[list[str | tuple[int, ...]], str] = numpys(*plain, optimize=optimize)
    except (TypeError, ValueError) as error:
        raise explained("einsum_path", error, *plain) from error
    return path


Term: TypeAlias = "tuple[int | EllipsisType, ...]"


@lru_cache(maxsize=512)
def _parsed(subscripts: str) -> tuple[tuple[Term, ...], Term | None]:
    """The subscripts of the operands and of the result, as numbers."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")

    def numbers(letters: str) -> Term:
        for letter in letters:
            if letter not in _LETTERS:
                raise ValueError(
                    f"einsum: {subscripts!r} has {letter!r}, expected letters, commas, one '->'"
                    " and in each term at most one '...'"
                )
        return tuple(_LETTERS.index(letter) for letter in letters)

    def term(text: str) -> Term:
        before, dots, after = text.partition("...")
        return (*numbers(before), *((...,) if dots else ()), *numbers(after))

    return tuple(term(text) for text in left.split(",")), term(right) if arrow else None


def _listed(items: list[Any]) -> tuple[tuple[Term, ...], Term | None, list[object]]:
    """The same of the form in which a list follows each operand, and the operands."""
    result = _numbered(items.pop()) if len(items) % 2 else None
    return tuple(_numbered(labels) for labels in items[1::2]), result, items[::2]


def _numbered(labels: Sequence[Any]) -> Term:
    if not isinstance(labels, (list, tuple)):
        raise TypeError(
            f"einsum: got {type(labels).__name__} where the list of an operand's subscripts is"
            " expected"
        )
    if labels.count(...) > 1:
        raise ValueError("einsum: a list of subscripts has more than one Ellipsis")
    return tuple(label if label is ... else _number(label) for label in labels)


def _number(label: Any) -> int:
    try:
        number = index(label)
    except TypeError:
        raise TypeError(
            f"einsum: got the subscript {label!r}, expected an int or Ellipsis"
        ) from None
    if not 0 <= number < len(_LETTERS):
        raise ValueError(f"einsum: got the subscript {number}, expected 0 to 51")
    return number


@lru_cache(maxsize=512)
def _labels(
    terms: tuple[Term, ...], result: Term | None, ndims: tuple[int, ...]
) -> tuple[tuple[Shape, ...], Shape]:
    """A number for each axis of each operand and of the result, those in ellipses as well."""
    unnamed: list[int] = []  # how many axes the ellipsis of each operand stands for
    for term, ndim in zip(terms, ndims, strict=True):
        n = ndim - len(term) + (... in term)
        if n < 0 or (n and ... not in term):
            raise ValueError(
                f"einsum: an operand of {ndim} axes has {len(term) - (... in term)} subscripts; an"
                " ellipsis stands for axes that have none"
            )
        unnamed.append(n)
    most = max(unnamed)
    flat = [label for term in terms for label in term if label is not ...]
    if result is None:
        result = (..., *sorted(label for label in set(flat) if flat.count(label) == 1))
    elif most and ... not in result:
        raise ValueError("einsum: the operands have axes in ellipses, which the result has not")
    named = [label for label in result if label is not ...]
    for label in named:
        if label not in flat or named.count(label) > 1:
            raise ValueError(
                f"einsum: the result has the subscript {_LETTERS[label]!r} twice, or no operand"
                " has it"
            )
    # Numbered anew: first the axes in ellipses, counted from the last, which are aligned.
    number = {label: most + i for i, label in enumerate(sorted(set(flat)))}

    def numbers(term: Term, n: int) -> Shape:
        labels: list[int] = []
        for label in term:
            labels.extend(range(most - n, most) if label is ... else (number[label],))
        return tuple(labels)

    inputs = tuple(numbers(term, n) for term, n in zip(terms, unnamed, strict=True))
    return inputs, numbers(result, most)
