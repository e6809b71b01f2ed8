"""Initializers whose values depend on each other, or on their place: orthogonal, sparse, identity."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from grad_init.basic import Normal
from grad_init.checks import (
    check_axes,
    check_dtype,
    check_finite,
    check_groups,
    check_scale,
    check_shape,
)
from grad_init.generator import Rng, as_generator
from grad_init.protocol import Array


@dataclass(frozen=True)
class Orthogonal:
    """A matrix with orthonormal rows or columns, whichever there are fewer of, times `gain`.

    It keeps the length of vectors, and of gradients, through many layers or steps. All such
    matrices are equally likely (the Haar measure). A weight with more than two axes is taken as a
    matrix of its first axis and all of the others.

    Args:
        gain: A factor on every value, >= 0.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is negative or not finite; on a call, if the shape has less than two
            axes.

    Example:
        >>> weight = Orthogonal()((3, 5), rng=0, dtype=np.float64)
        >>> (weight @ weight.T).round(6) + 0.0
        array([[1., 0., 0.],
               [0., 1., 0.],
               [0., 0., 1.]])

    Reference:
        A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of
        learning in deep linear neural networks", ICLR 2014, section 3; drawn as in F. Mezzadri,
        "How to generate random matrices from the classical compact groups", Notices of the AMS
        54(5), 2007, section 5.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_scale(self, gain=self.gain)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 2)
        target = check_dtype(self, dtype, largest=self.gain)
        matrix = _orthonormal(as_generator(rng), sizes[0], math.prod(sizes[1:]))
        return np.array((self.gain * matrix).reshape(sizes), target, order="C")


@dataclass(frozen=True)
class DeltaOrthogonal:
    """A convolution that applies an orthogonal matrix to the channels of each place.

    The weight `(out, in, *kernel)` is zero but for the centre of its kernel, where it is a matrix
    with orthonormal columns, times `gain`. Convolutional networks of thousands of layers can be
    trained from it.

    Args:
        gain: A factor on every value, >= 0.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is negative or not finite; on a call, if the shape is not that of a
            convolution, with three to five axes, or has less outputs than inputs.

    Example:
        >>> DeltaOrthogonal()((1, 1, 3), rng=0)
        array([[[0., 1., 0.]]], dtype=float32)

    Reference:
        L. Xiao et al., "Dynamical isometry and a mean field theory of CNNs", ICML 2018,
        algorithm 2.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_scale(self, gain=self.gain)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 3, 5)
        outputs, inputs, *kernel = sizes
        if outputs < inputs:
            raise ValueError(
                f"{self}: shape must have as many outputs as inputs, or more, (out, in, *kernel);"
                f" got {sizes}"
            )
        target = check_dtype(self, dtype, largest=self.gain)
        weight = np.zeros(sizes, target)
        if weight.size:
            centre = tuple((n - 1) // 2 for n in kernel)
            matrix = _orthonormal(as_generator(rng), outputs, inputs)
            weight.reshape(outputs, inputs, -1)[:, :, np.ravel_multi_index(centre, kernel)] = (
                self.gain * matrix
            )
        return weight


def _orthonormal(generator: np.random.Generator, rows: int, columns: int) -> NDArray[np.float64]:
    """Draw a matrix with orthonormal columns, or rows where there are more columns."""
    tall = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    # The decomposition is made unique, or its signs would depend on the algorithm
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return q if rows >= columns else q.T


@dataclass(frozen=True)
class Sparse:
    """Columns that have the same number of zeros, at random places; the others are N(0, std^2).

    Each input then reaches few units, and their sums do not grow with the number of inputs.

    Args:
        sparsity: The part of each column that is zero, from 0 to 1, rounded up.
        std: The standard deviation of the other values, >= 0.

    Raises:
        TypeError: If an argument is not a real number.
        ValueError: If an argument is not finite or out of range; on a call, if the shape does not
            have two axes.

    Example:
        >>> (Sparse(0.75)((4, 3), rng=0) != 0).sum(0)
        array([1, 1, 1])

    Reference:
        J. Martens, "Deep learning via Hessian-free optimization", ICML 2010, section 5.
    """

    sparsity: float
    std: float = 0.01

    def __post_init__(self) -> None:
        check_scale(self, sparsity=self.sparsity, std=self.std)
        check_scale(self, **{"1 - sparsity": 1.0 - self.sparsity})

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Draw the weight; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 2, 2)
        generator = as_generator(rng)
        weight = Normal(std=self.std)(sizes, rng=generator, dtype=dtype)
        zeros = math.ceil(self.sparsity * sizes[0])
        order = generator.random(sizes).argsort(0)
        np.put_along_axis(weight, order[:zeros], 0.0, 0)
        return weight


@dataclass(frozen=True)
class Dirac:
    """A convolution that hands on its input: output channel i is input channel i.

    The weight `(out, in / groups, *kernel)` is 1 at the centre of the kernels of these pairs of
    channels, in each group, and 0 elsewhere. With an odd kernel and as much padding as it takes, as
    many channels come out as they were; where there are more outputs than inputs, the rest is zero.

    Args:
        groups: Those of the convolution.

    Raises:
        ValueError: If `groups` is not a positive int; on a call, if the shape is not that of a
            convolution with so many groups, with three to five axes.

    Example:
        >>> Dirac()((2, 2, 3))
        array([[[0., 1., 0.],
                [0., 0., 0.]],
        <BLANKLINE>
               [[0., 0., 0.],
                [0., 1., 0.]]], dtype=float32)

    Reference:
        S. Zagoruyko and N. Komodakis, "DiracNets: training very deep neural networks without
        skip-connections", arXiv:1706.00388, section 3.
    """

    groups: int = 1

    def __post_init__(self) -> None:
        check_groups(self, (), self.groups)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Fill the weight, drawing nothing from `rng`; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 3, 5)
        check_groups(self, sizes, self.groups)
        outputs, inputs, *kernel = sizes
        weight = np.zeros(sizes, check_dtype(self, dtype, largest=1.0))
        if weight.size:
            i = np.arange(min(outputs // self.groups, inputs))
            each = weight.reshape(self.groups, outputs // self.groups, inputs, -1)
            each[:, i, i, np.ravel_multi_index([n // 2 for n in kernel], kernel)] = 1.0
        return weight


@dataclass(frozen=True)
class Eye:
    """The identity matrix, times `gain`; where it is not square, the rest is zero.

    Args:
        gain: The values on the diagonal.

    Raises:
        TypeError: If `gain` is not a real number.
        ValueError: If `gain` is not finite; on a call, if the shape does not have two axes.

    Example:
        >>> Eye(2.0)((2, 3))
        array([[2., 0., 0.],
               [0., 2., 0.]], dtype=float32)

    Reference:
        Q. Le, N. Jaitly and G. Hinton, "A simple way to initialize recurrent networks of rectified
        linear units", arXiv:1504.00941, section 3.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self, gain=self.gain)

    def __call__(
        self, shape: tuple[int, ...], *, rng: Rng = None, dtype: DTypeLike = np.float32
    ) -> Array:
        """Fill the weight, drawing nothing from `rng`; see `Initializer`."""
        sizes = check_shape(self, shape)
        check_axes(self, sizes, 2, 2)
        weight = np.zeros(sizes, check_dtype(self, dtype, largest=abs(self.gain)))
        np.fill_diagonal(weight, self.gain)
        return weight
