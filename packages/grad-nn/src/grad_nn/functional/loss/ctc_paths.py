"""The paths of connectionist temporal classification, summed in log space.

A path gives each frame a label or a blank. It stands for the labels that are left once repetitions,
and then blanks, are taken out. A target of L labels is written with a blank before, between and behind
them, as S = 2 L + 1 *states*; a path goes through the states in order, and steps on by 0 or 1 state a
frame, or by 2 from one label to another one, over the blank between them.

Everything is computed for all states and samples at once, frame by frame. A probability of 0 has a
logarithm that is very negative, not infinite, so that no difference is NaN.

Reference:
    A. Graves et al., "Connectionist temporal classification: labelling unsegmented sequence data with
    recurrent neural networks", ICML 2006, section 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import grad_core as gc
from grad_core import Array, Tensor
from grad_core.arrays import Mask
from grad_core.primitive import wrap

_NEVER = -1e30  # the logarithm of 0
_IMPOSSIBLE = -1e29  # below this, a sum has no path in it


class Paths:
    """The states of a batch of targets, and the sums over paths through them.

    Args:
        labels: `(N, L)`, anything behind the end of a target.
        n_labels: How many of them count, `(N,)`.
        n_frames: How many frames count, `(N,)`.
        blank: The class of the blank.
    """

    def __init__(
        self,
        labels: NDArray[np.intp],
        n_labels: NDArray[np.intp],
        n_frames: NDArray[np.intp],
        blank: int,
    ) -> None:
        batch, most = labels.shape
        self.labels = labels
        self.n_labels = n_labels
        self.n_frames = n_frames
        self.blank = blank
        self.samples: NDArray[np.intp] = np.arange(batch)
        self.states: NDArray[np.intp] = np.full((batch, 2 * most + 1), blank, np.intp)
        self.states[:, 1::2] = labels
        # For each state the sum over the paths through it, and the sum over all paths
        self._found: tuple[Array, Array] | None = None

    def log_likelihood(self, x: Array, both: bool) -> Array:
        """The logarithm of the probability of each target, `(N,)`.

        Args:
            x: Log-probabilities, `(T, N, C)`, at least float32.
            both: Whether `occupancy` is to follow: what it needs comes from the same loop over frames.
        """
        emitted: Array = x[:, self.samples[:, np.newaxis], self.states]
        np.maximum(emitted, _NEVER, out=emitted)
        jumps = _jumps(self.states)
        if not both:
            return self._ends(_summed(emitted, jumps))
        # Backwards, the paths are those of the reversed target over the reversed frames.
        frames, states = self._reversed(len(x))
        turn = frames[:, :, np.newaxis], self.samples[:, np.newaxis], states
        reversed_states = np.take_along_axis(self.states, states, 1)
        sums = _summed(
            np.concatenate((emitted, emitted[turn]), 1),
            np.concatenate((jumps, _jumps(reversed_states))),
        )
        batch = len(self.samples)
        forward, backward = sums[:, :batch], sums[:, batch:][turn]
        found = self._ends(forward)
        self._found = forward + backward - emitted, found  # what is emitted is in both sums
        return found

    def occupancy(self, x: Array, without_path: float) -> Array:
        """How probable each class is in each frame, given the target, `(T, N, C)`.

        It is the gradient of the log-likelihood.

        Args:
            x: Log-probabilities, as before.
            without_path: What it is where the target has no path.
        """
        if self._found is None:
            self.log_likelihood(x, both=True)
        assert self._found is not None
        through, found = self._found
        possible = is_possible(found)
        given: Array = np.exp(through - np.where(possible, found, 0)[:, np.newaxis])
        past = np.arange(len(x))[:, np.newaxis] >= self.n_frames
        given[past] = 0
        given[:, np.arange(given.shape[2]) > 2 * self.n_labels[:, np.newaxis]] = 0
        out = np.zeros(x.shape, given.dtype)
        out[:, :, self.blank] = given[:, :, 0::2].sum(2)
        for i in range(self.labels.shape[1]):  # one label of each sample at a time, for they recur
            out[:, self.samples, self.labels[:, i]] += given[:, :, 2 * i + 1]
        out[~past & ~possible] = without_path
        return out

    def traced_log_likelihood(self, x: Tensor) -> Tensor:
        """The same as `log_likelihood`, in a graph, for derivatives of a higher order."""
        emitted = gc.maximum(x[:, self.samples[:, np.newaxis], self.states], _NEVER)
        batch, n = self.states.shape
        jumps = _jumps(self.states).astype(x.dtype)
        outside = wrap(np.full((batch, 2), _NEVER, x.dtype))
        start = np.arange(n, dtype=np.intp) < 2
        sums = [gc.where(start, emitted[0], _NEVER)]
        for t in range(1, x.shape[0]):
            last = gc.concatenate((outside, sums[-1]), 1)
            ways = gc.stack((last[:, 2:], last[:, 1:-1], last[:, :-2] + jumps))
            sums.append(gc.logsumexp(ways, 0) + emitted[t])
        end = 2 * self.n_labels
        at = np.maximum(self.n_frames - 1, 0)
        last = gc.stack(sums)
        with_label = last[at, self.samples, np.maximum(end - 1, 0)]
        with_label = gc.where(self.n_labels > 0, with_label, _NEVER)
        sums_at_ends = gc.logaddexp(last[at, self.samples, end], with_label)
        without = wrap(self._without_frames().astype(x.dtype))
        return gc.where(self.n_frames > 0, sums_at_ends, without)

    def _ends(self, sums: Array) -> Array:
        """The sums over the paths that end with the last label or the blank behind it."""
        end = 2 * self.n_labels
        at = np.maximum(self.n_frames - 1, 0)
        in_blank = sums[at, self.samples, end]
        in_label = sums[at, self.samples, np.maximum(end - 1, 0)]
        in_label = np.where(self.n_labels > 0, in_label, np.asarray(_NEVER, sums.dtype))
        with np.errstate(invalid="ignore"):  # NaN is passed on
            out: Array = np.logaddexp(in_blank, in_label)
        return np.where(self.n_frames > 0, out, self._without_frames().astype(out.dtype))

    def _without_frames(self) -> Array:
        """In no frames, only the empty target is possible."""
        return np.where(self.n_labels > 0, _NEVER, 0.0)

    def _reversed(self, frames: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where each frame, and each state, stands from behind."""
        at = self.n_frames - 1 - np.arange(frames)[:, np.newaxis]
        order = np.arange(self.states.shape[1], dtype=np.intp)
        states = 2 * self.n_labels[:, np.newaxis] - order
        return np.maximum(at, 0), np.maximum(states, 0)


def _jumps(states: NDArray[np.intp]) -> Array:
    """0 where a state is reached over a blank, which is from one label to another; else `_NEVER`."""
    reached: Mask = np.zeros(states.shape, np.bool_)
    reached[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    return np.where(reached, 0.0, _NEVER)


def _summed(emitted: Array, jumps: Array) -> Array:
    """For each frame and state the sum over all paths that lead there, `(T, N, S)`."""
    frames, batch, n = emitted.shape
    # Two states before the first make the steps of all states alike.
    sums = np.full((frames, batch, n + 2), _NEVER, emitted.dtype)
    if not frames:
        return sums[:, :, 2:]
    jumps = jumps.astype(emitted.dtype)
    sums[0, :, 2:4] = emitted[0, :, :2]
    largest, jump, share, total = (np.empty((batch, n), emitted.dtype) for _ in range(4))
    for t in range(1, frames):
        last, now = sums[t - 1], sums[t, :, 2:]
        stay, step = last[:, 2:], last[:, 1:-1]
        np.add(last[:, :-2], jumps, out=jump)
        np.maximum(stay, step, out=largest)
        np.maximum(largest, jump, out=largest)
        np.subtract(stay, largest, out=total)
        np.exp(total, out=total)
        for way in (step, jump):
            np.subtract(way, largest, out=share)
            np.exp(share, out=share)
            total += share
        np.log(total, out=total)
        total += largest
        np.add(total, emitted[t], out=now)
    return sums[:, :, 2:]


def is_possible(log_likelihood: Array) -> Mask:
    """Whether a target has a path at all."""
    possible: Mask = ~(log_likelihood <= _IMPOSSIBLE)  # NaN is something else
    return possible
