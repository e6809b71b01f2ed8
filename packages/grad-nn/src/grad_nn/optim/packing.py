"""Packs: parameters, and what is remembered of them, as flat arrays that fit in the cache.

A call of NumPy takes a microsecond, whatever it does, and a large array has left the cache when the
next call reads it again. So small parameters are put together in a flat array, and large ones are
gone through in blocks: each call then has the right amount of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from itertools import accumulate, pairwise
from operator import is_
from typing import Generic, TypeVar

import numpy as np

from grad_core import Array, Tensor
from grad_core.primitive import unwrap
from grad_nn.optim.checks import is_array
from grad_nn.optim.entries import put
from grad_nn.optim.grouped import StateT
from grad_nn.optim.groups import ParamGroup

G = TypeVar("G", bound=ParamGroup)

BLOCK = 512 << 10  # bytes; half a dozen of them fit in the cache of most machines
SMALL = 64 << 10  # bytes; what is larger takes longer to be copied than another call does


class Pack(Generic[StateT]):
    """Parameters that are updated by the same calls: small ones together, or a large one in blocks.

    Their states remain what counts: the arrays in them become views of flat ones, the numbers,
    which are the same in all, are entered after each step, and `holds` tells whether somebody else
    has replaced any of that.
    """

    def __init__(self, params: Sequence[Tensor], states: Sequence[StateT]) -> None:
        ends = [*accumulate((p.size for p in params), initial=0)]
        length = BLOCK // params[0].itemsize
        self._params = params
        self._states = states
        self._forms = [_form(p) for p in params]
        self._slices = [slice(*pair) for pair in pairwise(ends)]
        self._parts = [slice(i, i + length) for i in range(0, max(ends[-1], 1), length)]
        self._blocks: list[StateT] = [copy(states[0]) for _ in self._parts]
        self._arrays: dict[str, Array] = {}  # those of the first block
        for name, value in states[0].items():
            if is_array(value):
                self._share(name, states)
        self._seen: list[object] = self._entries()
        self._whole: bool = True
        # Where values, gradients and new values of several parameters stand in a row
        rows = np.empty((3 if len(params) > 1 else 0, ends[-1]), params[0].dtype)
        self._rows = [(row, self._views(row)) for row in rows]

    def holds(self, states: Mapping[Tensor, StateT]) -> bool:
        """Whether parameters and states still are what this was made of."""
        return (
            self._whole
            and all(map(is_, map(states.get, self._params), self._states))
            and all(map(is_, self._entries(), self._seen))
            and [_form(p) for p in self._params] == self._forms
        )

    def step(self, updated: Callable[[Array, Array, StateT, G, Array], Array], group: G) -> None:
        """Update everything, as `ElementwiseOptimizer.updated` does a part."""
        self._whole = False  # until the end, or for ever if that is not reached
        p, g, out = self._gathered()
        for part, block in zip(self._parts, self._blocks, strict=True):
            g_part = -g[part] if group["maximize"] else g[part]
            target = out[part]
            new = updated(p[part], g_part, block, group, target)
            if new is not target:
                target[...] = new
        self._enter_changes()
        self._hand_out(out)
        self._whole = True

    def _gathered(self) -> tuple[Array, Array, Array]:
        """Return values, gradients, and where the new values go, each as a flat array."""
        if not self._rows:
            p: Array = unwrap(self._params[0]).reshape(-1)
            return p, _gradient(self._params[0]).reshape(-1), np.empty_like(p)
        (p, ps), (g, gs), (out, _) = self._rows
        for param, value, gradient in zip(self._params, ps, gs, strict=True):
            value[...] = unwrap(param)
            gradient[...] = _gradient(param)
        return p, g, out

    def _hand_out(self, values: Array) -> None:
        """Give the parameters their new values, as arrays of their own: others may keep them."""
        if not self._rows:
            self._params[0].assign(values.reshape(self._params[0].shape), copy=False)
        else:
            for param, value in zip(self._params, self._rows[2][1], strict=True):
                param.assign(value.copy(), copy=False)

    def _enter_changes(self) -> None:
        """Enter in the states what has changed in the blocks."""
        numbers: dict[str, object] = {}
        for name, value in self._blocks[0].items():
            if not is_array(value):
                numbers[name] = value
            elif value is not self._arrays.get(name):
                self._share(name, self._blocks)
        for state in self._states:
            put(state, numbers)
        self._seen = self._entries()

    def _entries(self) -> list[object]:
        return [value for state in self._states for value in state.values()]

    def _share(self, name: str, states: Iterable[StateT]) -> None:
        """Put the arrays of one name in a row, of which blocks and states have views from then on."""
        flat = _joined([np.asarray(state[name]) for state in states])
        for part, block in zip(self._parts, self._blocks, strict=True):
            put(block, {name: flat[part]})
        for view, state in zip(self._views(flat), self._states, strict=True):
            put(state, {name: view})
        self._arrays[name] = np.asarray(self._blocks[0][name])

    def _views(self, flat: Array) -> list[Array]:
        """Return the parts of a flat array in the shapes of the parameters."""
        pairs = zip(self._slices, self._params, strict=True)
        return [flat[part].reshape(p.shape) for part, p in pairs]


def packed(members: Iterable[tuple[Tensor, StateT]]) -> list[Pack[StateT]]:
    """Return packs of all parameters, each given with its state."""
    shares: list[tuple[list[Tensor], list[StateT]]] = []
    filling: dict[tuple[object, ...], tuple[list[Tensor], list[StateT]]] = {}

    def new_share() -> tuple[list[Tensor], list[StateT]]:
        return [], []

    for p, state in members:
        # What is updated together has the same dtypes and numbers
        kind = (p.dtype, *(v.dtype if is_array(v) else v for v in state.values()))
        share = filling.get(kind)
        if share is None or sum(q.nbytes for q in (p, *share[0])) > BLOCK or p.nbytes > SMALL:
            share = new_share()
            shares.append(share)
            if p.nbytes <= SMALL:
                filling[kind] = share
        share[0].append(p)
        share[1].append(state)
    return [Pack(params, states) for params, states in shares]


def _gradient(p: Tensor) -> Array:
    g = p.grad
    assert g is not None  # only what a gradient has reached is in a pack
    return g


def _form(p: Tensor) -> tuple[tuple[int, ...], np.dtype[np.floating]]:
    return p.shape, p.dtype


def _joined(arrays: list[Array]) -> Array:
    """Return the numbers of all arrays in a row, without a copy where there is one array."""
    return arrays[0].reshape(-1) if len(arrays) == 1 else np.concatenate(arrays, axis=None)
