"""Tables of vectors that are looked up by numbers."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from grad_core import Tensor, get_default_dtype
from grad_core.primitive import unwrap
from grad_init import Constant, Initializer, InitMethod, Normal, Rng, initializer
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn.functional.checks import size
from grad_nn.functional.embedding_bags import BagMode, check_bag_mode
from grad_nn.functional.embeddings import row_of
from grad_nn.layers.weights import put
from grad_nn.module import Module
from grad_nn.parameter import Parameter


class _Table(Module):
    """What an Embedding and an EmbeddingBag keep."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        init_method: InitMethod | Initializer | None,
        rng: Rng,
        dtype: DTypeLike | None,
    ) -> None:
        name = type(self).__name__
        self.num_embeddings: int = size(name, "num_embeddings", num_embeddings)
        self.embedding_dim: int = size(name, "embedding_dim", embedding_dim)
        self.padding_idx: int | None = row_of(name, "padding_idx", padding_idx, num_embeddings)
        self.max_norm: float | None = max_norm
        self.norm_type: float = norm_type
        self.scale_grad_by_freq: bool = scale_grad_by_freq
        self.init_method: InitMethod | Initializer | None = init_method
        weight = self._drawn(rng, get_default_dtype() if dtype is None else dtype)
        self.weight: Parameter = Parameter(data=weight, dtype=weight.dtype)

    def _drawn(self, rng: Rng, dtype: DTypeLike) -> NDArray[np.floating]:
        draw = initializer(Normal() if self.init_method is None else self.init_method)
        weight = draw((self.num_embeddings, self.embedding_dim), rng=rng, dtype=dtype)
        if self.padding_idx is not None:
            weight[self.padding_idx] = 0
        return weight

    def reset_parameters(self, *, rng: Rng = None) -> None:
        """Draw the vectors anew, as they were at first, or from N(0, 1) if they were given."""
        put(self, "weight", self._drawn(rng, self.weight.dtype))

    def _take(self, embeddings: Tensor | ArrayLike, freeze: bool) -> Self:
        """Keep given embeddings in place of those that were drawn."""
        array = _matrix(type(self).__name__, embeddings)
        self.weight = Parameter(data=array, dtype=array.dtype, requires_grad=not freeze)
        self.init_method = None
        return self


def _matrix(name: str, embeddings: Tensor | ArrayLike) -> NDArray[np.floating]:
    array: NDArray[np.floating] = np.asarray(unwrap(embeddings))
    if array.ndim != 2 or array.dtype.kind != "f":
        raise ValueError(
            f"{name}.from_pretrained: embeddings are {array.dtype}{list(array.shape)}, expected"
            " floating numbers of shape (num_embeddings, embedding_dim)"
        )
    return array


class Embedding(_Table):
    """A vector for each number, which training changes.

    Shape:
        Integers of any shape to `(*shape, embedding_dim)`.

    Args:
        num_embeddings: How many vectors there are, for the numbers from 0.
        embedding_dim: The length of a vector.
        padding_idx: A vector that is 0 at first and gets no gradient; a negative one counts from
            the end.
        max_norm: Vectors that are looked up and longer than this are shortened to it first.
        norm_type: The p of the p-norm for `max_norm`.
        scale_grad_by_freq: Whether the gradient of a vector is divided by how often it occurs.
        init_method: How the vectors are drawn, by name or by an initializer. None draws them from
            N(0, 1), as PyTorch does.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the vectors; None for the default dtype, float32.

    Raises:
        ValueError: A size is no int, or negative, or `padding_idx` is no vector.
        IndexError: On a call, if there is no vector of some number.
        TypeError: On a call, if the input is not made of integers.

    Example:
        >>> layer = Embedding(10, 3, padding_idx=0, rng=0)
        >>> layer(np.array([[2, 4, 0], [1, 2, 0]])).shape
        (2, 3, 3)
        >>> layer(np.array(0)).detach()
        Tensor([0., 0., 0.])

    Reference:
        Y. Bengio et al., "A neural probabilistic language model", JMLR 3, 2003, section 2.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        *,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            init_method,
            rng,
            dtype,
        )

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor | ArrayLike,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
    ) -> Self:
        """Make a layer of given vectors, which are copied and keep their dtype.

        Args:
            embeddings: `(num_embeddings, embedding_dim)`.
            freeze: Whether training leaves them as they are.
            padding_idx: A vector that gets no gradient.
            max_norm: As in `Embedding`; it changes frozen vectors, too.
            norm_type: The p of the p-norm for `max_norm`.
            scale_grad_by_freq: As in `Embedding`.

        Raises:
            ValueError: `embeddings` is no matrix of floating numbers, or `padding_idx` no row.

        Example:
            >>> layer = Embedding.from_pretrained(np.array([[1.0, 2.0], [3.0, 4.0]]))
            >>> layer(np.array([1]))
            Tensor([[3., 4.]], dtype=float64)
        """
        rows, columns = _matrix(cls.__name__, embeddings).shape
        layer = cls(
            rows,
            columns,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            init_method=Constant(0.0),
        )
        return layer._take(embeddings, freeze)

    def forward(self, input: Tensor | NDArray[np.integer]) -> Tensor:
        """Look up the vector of each number."""
        return F.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
        )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        return text


class EmbeddingBag(_Table):
    """The sum, mean or maximum of the embeddings of a bag of numbers; see `functional.embedding_bag`.

    Shape:
        Integers `(B, N)`, or `(N,)` with offsets `(B,)`, to `(B, embedding_dim)`.

    Args:
        num_embeddings: How many vectors there are, for the numbers from 0.
        embedding_dim: The length of a vector.
        max_norm: Vectors that are looked up and longer than this are shortened to it first.
        norm_type: The p of the p-norm for `max_norm`.
        scale_grad_by_freq: Whether the gradient of a vector is divided by how often it occurs; not
            for the maximum.
        mode: `"sum"`, `"mean"` or `"max"`.
        include_last_offset: Whether one more offset says where the last bag ends.
        padding_idx: A vector that does not count, and is 0 at first; a negative one counts from
            the end.
        init_method: How the vectors are drawn, by name or by an initializer. None draws them from
            N(0, 1), as PyTorch does.
        rng: Where random numbers come from: a generator, a seed, or None for the default one.
        dtype: The dtype of the vectors; None for the default dtype, float32.

    Raises:
        ValueError: A size is no int, or negative, `padding_idx` is no vector, or the mode is
            unknown.
        IndexError: On a call, if there is no vector of some number.
        TypeError: On a call, if the input is not made of integers.

    Example:
        >>> layer = EmbeddingBag(10, 3, mode="sum", rng=0)
        >>> layer(np.array([1, 2, 4, 5, 4]), np.array([0, 2])).shape
        (2, 3)

    Reference:
        A. Joulin et al., "Bag of tricks for efficient text classification", EACL 2017, section 2.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: BagMode = "mean",
        *,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        init_method: InitMethod | Initializer | None = None,
        rng: Rng = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        check_bag_mode("EmbeddingBag", mode)
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            init_method,
            rng,
            dtype,
        )
        self.mode: BagMode = mode
        self.include_last_offset: bool = include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor | ArrayLike,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: BagMode = "mean",
        *,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> Self:
        """Make a layer of given vectors, which are copied and keep their dtype.

        Args:
            embeddings: `(num_embeddings, embedding_dim)`.
            freeze: Whether training leaves them as they are.
            max_norm: As in `EmbeddingBag`; it changes frozen vectors, too.
            norm_type: The p of the p-norm for `max_norm`.
            scale_grad_by_freq: As in `EmbeddingBag`.
            mode: `"sum"`, `"mean"` or `"max"`.
            include_last_offset: Whether one more offset says where the last bag ends.
            padding_idx: A vector that does not count.

        Raises:
            ValueError: `embeddings` is no matrix of floating numbers, `padding_idx` no row, or the
                mode is unknown.

        Example:
            >>> layer = EmbeddingBag.from_pretrained(np.array([[1.0, 2.0], [3.0, 4.0]]))
            >>> layer(np.array([[0, 1]]))
            Tensor([[2., 3.]], dtype=float64)
        """
        rows, columns = _matrix(cls.__name__, embeddings).shape
        layer = cls(
            rows,
            columns,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            mode,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
            init_method=Constant(0.0),
        )
        return layer._take(embeddings, freeze)

    def forward(
        self,
        input: Tensor | NDArray[np.integer],
        offsets: Tensor | NDArray[np.integer] | None = None,
        per_sample_weights: Tensor | None = None,
    ) -> Tensor:
        """Look up the vectors of each bag, and take them together."""
        return F.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            per_sample_weights=per_sample_weights,
            include_last_offset=self.include_last_offset,
            padding_idx=self.padding_idx,
        )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        text += f", mode={self.mode!r}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        return text
