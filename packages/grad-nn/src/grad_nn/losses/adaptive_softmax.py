"""A softmax over many classes, of which rare ones get few features."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

import grad_core as gc
from grad_core import Tensor
from grad_core.primitive import unwrap
from grad_init import Initializer, InitMethod, Rng, as_generator
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.containers import ModuleList, Sequential
from grad_nn.functional.checks import check_floating, integer, size
from grad_nn.functional.loss.targets import IndexTarget, class_indices
from grad_nn.layers.linear import Linear
from grad_nn.module import Module


class ASMoutput(NamedTuple):
    """What an AdaptiveLogSoftmaxWithLoss gives.

    Attributes:
        output: The log-probability of the target of each sample, `(N,)` or `()`.
        loss: The mean of their negatives, `()`.
    """

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """The log-likelihood of classes under a softmax in two stages, for very many classes.

    The first stage, the head, has the frequent classes and one entry for each cluster of rarer ones;
    the second has the classes of the clusters, from fewer features the rarer they are. So classes are
    to be numbered from the most frequent on. Of the second stage only what the targets need is computed.

    Args:
        in_features: The length of the last axis of the input.
        n_classes: How many classes there are.
        cutoffs: Where clusters begin: `[10, 100]` is 10 frequent classes, a cluster of the next 90, and
            one of the rest.
        div_value: By how much features are reduced from one cluster to the next: cluster i has
            in_features // div_value**i of them.
        head_bias: Whether the head has a bias.
        init_method: How weights are drawn, as in `Linear`.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the parameters; None for the default dtype, float32.

    Attributes:
        head: A `Linear`.
        tail: For each cluster, a `Sequential` of two `Linear`.

    Raises:
        ValueError: A size is no int, or the cutoffs are not increasing ints from 1 to n_classes - 1.

    Example:
        >>> softmax = AdaptiveLogSoftmaxWithLoss(8, 1000, cutoffs=[10, 100], rng=0)
        >>> output, loss = softmax(Tensor([[0.0] * 8, [0.0] * 8]), [3, 700])
        >>> gc.round(gc.exp(-output.detach()), 1)  # of 12 entries in the head, and 900 in the last cluster
        Tensor([   12., 10800.])

    Reference:
        E. Grave et al., "Efficient softmax approximation for GPUs", ICML 2017, section 4.
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        name = "AdaptiveLogSoftmaxWithLoss"
        self.in_features: int = size(name, "in_features", in_features)
        self.n_classes: int = size(name, "n_classes", n_classes)
        starts = [integer(c) for c in cutoffs]
        whole = [c for c in starts if c is not None]
        bounds = [0, *whole, self.n_classes]
        if not starts or len(whole) != len(starts) or any(a >= b for a, b in pairwise(bounds)):
            raise ValueError(
                f"{name}: cutoffs is {list(cutoffs)}, expected increasing ints from 1 to"
                f" {self.n_classes - 1}"
            )
        if not div_value > 0:
            raise ValueError(f"{name}: div_value is {div_value}, expected more than 0")
        self.cutoffs: list[int] = bounds[1:]
        self.div_value: float = div_value
        self.head_bias: bool = head_bias
        self.shortlist_size: int = self.cutoffs[0]
        self.n_clusters: int = len(whole)
        self.head_size: int = self.shortlist_size + self.n_clusters
        generator = as_generator(rng)

        def linear(inputs: int, outputs: int, bias: bool = False) -> Linear:
            return Linear(
                inputs, outputs, bias, init_method=init_method, rng=generator, dtype=dtype
            )

        self.head: Linear = linear(self.in_features, self.head_size, head_bias)
        self.tail: ModuleList[Sequential] = ModuleList(
            Sequential(linear(self.in_features, features), linear(features, stop - start))
            for (start, stop), features in zip(pairwise(self.cutoffs), self._sizes(), strict=True)
        )

    def _sizes(self) -> list[int]:
        """How many features each cluster has."""
        return [int(self.in_features // self.div_value**i) for i in range(1, self.n_clusters + 1)]

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the weights of head and tail anew, as they were at first."""
        generator = as_generator(rng)
        for layer in self.modules():
            if isinstance(layer, Linear):
                layer.reset_parameters(rng=generator)

    def forward(self, input_: Tensor, target_: IndexTarget) -> ASMoutput:
        """Compute log-probabilities of targets `(N,)` for inputs `(N, in_features)`, and the loss."""
        self._check(input_, one_too=True)
        samples = input_.shape[:-1]
        index = class_indices(type(self).__name__, target_, samples, self.n_classes)
        x = input_ if samples else input_.reshape(1, -1)
        entry = index.copy()  # in the head
        within: list[tuple[NDArray[np.intp], Tensor]] = []
        for i, (start, stop) in enumerate(pairwise(self.cutoffs)):
            rows = np.flatnonzero((index >= start) & (index < stop))
            if rows.size:
                entry[rows] = self.shortlist_size + i
                logits = self.tail[i](x[rows])
                own = F.cross_entropy(logits, index[rows] - start, reduction="none")
                within.append((rows, own))
        losses = F.cross_entropy(self.head(x), entry, reduction="none")
        for rows, own in within:
            losses = losses + gc.scatter(own, rows, losses.shape)
        return ASMoutput(-losses.reshape(samples), losses.mean())

    def log_prob(self, input: Tensor) -> Tensor:
        """Compute the log-probabilities of all classes.

        Args:
            input: `(N, in_features)`.

        Returns:
            `(N, n_classes)`.

        Raises:
            ValueError: The input has another shape.

        Example:
            >>> softmax = AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[5, 10], rng=0)
            >>> gc.round(gc.exp(softmax.log_prob(Tensor([[0.0] * 8])).detach()).sum(), 4)
            Tensor(1.)
        """
        self._check(input)
        head = F.log_softmax(self.head(input), 1)
        parts = [head[:, : self.shortlist_size]]
        for i in range(self.n_clusters):
            entry = self.shortlist_size + i
            within = F.log_softmax(self.tail[i](input), 1)
            parts.append(within + head[:, entry : entry + 1])
        return gc.concatenate(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """Return the likeliest class of each sample.

        Where an entry of the head that is a class is the likeliest of all entries, no cluster is
        computed.

        Args:
            input: `(N, in_features)`.

        Returns:
            Integers, `(N,)`.

        Raises:
            ValueError: The input has another shape.

        Example:
            >>> softmax = AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs=[5, 10], rng=0)
            >>> softmax.predict(Tensor([[1.0] * 8, [-1.0] * 8])).shape
            (2,)
        """
        self._check(input)
        with gc.no_grad():
            best: NDArray[np.intp] = unwrap(self.head(input).argmax(1)).copy()
            rest = np.flatnonzero(best >= self.shortlist_size)
            if rest.size:
                best[rest] = unwrap(self.log_prob(input[rest]).argmax(1))
        return gc.from_numpy(best)

    def _check(self, input: Tensor, one_too: bool = False) -> None:
        name = type(self).__name__
        check_floating(name, input)
        if input.ndim not in ((1, 2) if one_too else (2,)) or input.shape[-1] != self.in_features:
            single = f" or ({self.in_features},)" if one_too else ""
            raise ValueError(
                f"{name}: input has shape {input.shape}, expected (N, {self.in_features}){single}"
            )
