"""Layers that leave out elements or channels by chance, in training."""

from __future__ import annotations

from grad_core import Tensor
from grad_init import Rng, as_generator
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.dropouts import check_probability
from grad_nn.module import Module


class _Dropout(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: Rng = None) -> None:
        check_probability(type(self).__name__, p)
        self.p: float = p
        self.inplace: bool = inplace
        self.rng: Rng = None if rng is None else as_generator(rng)

    def extra_repr(self) -> str:
        """Return the probability, and whether the input itself changes."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """x / (1 - p), or 0 with probability p, for each element by itself.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> layer = Dropout(0.5, rng=0)
        >>> layer(Tensor([1.0, 2.0, 3.0, 4.0]))
        Tensor([2., 0., 0., 0.])
        >>> layer.eval()(Tensor([1.0, 2.0, 3.0, 4.0]))
        Tensor([1., 2., 3., 4.])

    Reference:
        N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
        JMLR 15, 2014, section 4.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out elements by chance, in training."""
        return F.dropout(input, self.p, self.training, self.inplace, rng=self.rng)


class Dropout1d(_Dropout):
    """Dropout of whole channels, each a row: `(N, C, L)` or `(C, L)`.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability; on a call, if the input has another number of axes.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> Dropout1d(0.5, rng=0)(Tensor([[1.0, 2.0], [3.0, 4.0]]))
        Tensor([[2., 4.],
                [0., 0.]])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out channels by chance, in training."""
        return F.dropout1d(input, self.p, self.training, self.inplace, rng=self.rng)


class Dropout2d(_Dropout):
    """Dropout of whole channels, each an image: `(N, C, H, W)`, or rows, `(N, C, L)`, as in PyTorch.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability; on a call, if the input has another number of axes.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> Dropout2d(0.5, rng=0)(Tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])).sum((2, 3))
        Tensor([[6., 0.]])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out channels by chance, in training."""
        return F.dropout2d(input, self.p, self.training, self.inplace, rng=self.rng)


class Dropout3d(_Dropout):
    """Dropout of whole channels, each a volume: `(N, C, D, H, W)` or `(C, D, H, W)`.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability; on a call, if the input has another number of axes.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> Dropout3d(0.5, rng=0)(Tensor([[[[1.0, 2.0]]], [[[3.0, 4.0]]]])).sum((1, 2, 3))
        Tensor([6., 0.])

    Reference:
        J. Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015,
        section 3.2.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out channels by chance, in training."""
        return F.dropout3d(input, self.p, self.training, self.inplace, rng=self.rng)


class AlphaDropout(_Dropout):
    """Dropout for networks of SELUs, which keeps a mean of 0 and a variance of 1.

    What is left out gets the value that a SELU has at -infinity; see `functional.alpha_dropout`.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> AlphaDropout(0.5, rng=0)(Tensor([0.0, 0.0, 0.0]))
        Tensor([ 0.7791938 , -0.77919394, -0.77919394])

    Reference:
        G. Klambauer et al., "Self-normalizing neural networks", NIPS 2017, section 3.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out elements by chance, in training."""
        return F.alpha_dropout(input, self.p, self.training, self.inplace, rng=self.rng)


class FeatureAlphaDropout(_Dropout):
    """AlphaDropout of whole channels: `(N, C, ...)`.

    It does nothing in evaluation, and hands on the input itself.

    Args:
        p: The probability of being left out.
        inplace: Whether the input itself changes.
        rng: Where random numbers come from: a generator, or a seed for one, which the layer keeps
            as `rng` and goes on with from call to call; a copied or pickled layer has a generator
            of its own that goes on from the same state. None for the default generator, whichever
            state that is in at a call.

    Raises:
        ValueError: `p` is no probability; on a call, if the input has less than two axes.
        TypeError: On a call, if the input is no Tensor of real floating numbers.
        RuntimeError: On a call with `inplace`, if the input is a leaf that requires a gradient.

    Example:
        >>> FeatureAlphaDropout(0.5, rng=0)(Tensor([[[0.0, 0.0], [0.0, 0.0]]]))
        Tensor([[[ 0.7791938 ,  0.7791938 ],
                 [-0.77919394, -0.77919394]]])

    Reference:
        G. Klambauer et al., "Self-normalizing neural networks", NIPS 2017, section 3.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Leave out channels by chance, in training."""
        return F.feature_alpha_dropout(input, self.p, self.training, self.inplace, rng=self.rng)
