"""What a Module keeps: Parameters, which training changes, and Buffers, which it does not."""

from __future__ import annotations

import operator

from numpy.typing import ArrayLike, DTypeLike

from grad_core import Tensor, get_default_dtype
from grad_init import Initializer, InitMethod, Rng, initializer


class Parameter(Tensor):
    """A Tensor that training changes; a Module finds it among its attributes.

    Args:
        shape: Its shape, as separate ints: `Parameter(out_features, in_features)`.
        data: Its value, copied; None to draw one with `init_method`.
        init_method: The name of an initializer, or one (see `grad_init`).
        gain: A factor on what a named initializer draws.
        alpha: The slope below zero of the leaky ReLU that `"he_leaky"` is for.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: Its dtype; None for the default dtype, float32.
        requires_grad: Whether gradients reach it; False freezes it.

    Raises:
        TypeError: The shape is not made of ints (a value goes to `data`), or the dtype is not
            floating; with `data` it may be complex.
        ValueError: `shape` and `data` do not agree, or neither is given, or the initializer is
            unknown.

    Example:
        >>> Parameter(2, 3, init_method="he", rng=0).shape
        (2, 3)
        >>> Parameter(data=[1.0, 2.0])
        Parameter([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self,
        *shape: int,
        data: Tensor | ArrayLike | None = None,
        init_method: InitMethod | Initializer = "xavier",
        gain: float = 1.0,
        alpha: float = 0.01,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
        requires_grad: bool = True,
    ) -> None:
        try:
            sizes = tuple(operator.index(size) for size in shape)
        except TypeError:
            raise TypeError(
                f"Parameter: the shape is given as ints, got {shape!r:.80}; a value goes to data="
            ) from None
        if data is None:
            if not shape:
                raise ValueError("Parameter: give its shape as ints, or its value as data=")
            draw = initializer(init_method, gain=gain, alpha=alpha)
            data = draw(sizes, rng=rng, dtype=get_default_dtype() if dtype is None else dtype)
        super().__init__(data, requires_grad=requires_grad, dtype=dtype)
        if shape and sizes != self.shape:
            raise ValueError(f"Parameter: data has shape {self.shape}, expected {sizes}")


class Buffer(Tensor):
    """A Tensor that belongs to a Module's state, but that no gradient reaches.

    Args:
        data: Its value, copied.
        persistent: Whether `state_dict` contains it.
        dtype: Its dtype; None for the default dtype, float32.

    Example:
        >>> Buffer([0.0, 0.0])
        Buffer([0., 0.])
    """

    def __init__(
        self,
        data: Tensor | ArrayLike,
        *,
        persistent: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(data, dtype=dtype)
        self.persistent: bool = persistent
