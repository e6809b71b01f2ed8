"""A line search for the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from grad_core import Array


class Point(NamedTuple):
    """What is known of the function at a step along the line."""

    step: float
    value: float
    gradient: Array
    slope: float
    """The derivative along the line."""


class Found(NamedTuple):
    """Where the search ended."""

    point: Point
    evaluations: int


def strong_wolfe(
    evaluate: Callable[[float], Point],
    start: Point,
    first_step: float,
    longest: float,
    *,
    tolerance_change: float,
    max_evaluations: int,
    sufficient: float = 1e-4,
    curvature: float = 0.9,
) -> Found:
    """Find a step that lowers the function enough and flattens its slope enough.

    Args:
        evaluate: The function on the line.
        start: Where the line starts, of step 0; its slope is negative.
        first_step: The step to try first.
        longest: The largest absolute component of the direction.
        tolerance_change: How small a change ends the search.
        max_evaluations: How many further evaluations there may be after the first.
        sufficient: The share of the decrease that the slope promises, which is enough.
        curvature: The share of the slope that may be left.

    Reference:
        J. Nocedal and S. Wright, "Numerical optimization", 2nd edition, algorithms 3.5 and 3.6,
        with the safeguards of M. Schmidt's minFunc, as PyTorch has them.
    """

    def too_high(point: Point) -> bool:  # or no number at all, outside of the domain
        return not point.value <= start.value + sufficient * point.step * start.slope

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -curvature * start.slope

    previous, point = start, evaluate(first_step)
    count = 0
    while count < max_evaluations:  # until a minimum lies between two points
        if too_high(point) or (count > 1 and point.value >= previous.value):
            break
        if flat(point):
            return Found(point, count + 1)
        if point.slope >= 0:
            break
        least = point.step + 0.01 * (point.step - previous.step)
        step = _interpolated(previous, point, (least, point.step * 10))
        previous, point = point, evaluate(step)
        count += 1
    else:
        previous = start

    bracket = [previous, point]
    stuck = False
    while count < max_evaluations:  # until its ends are close, or the lower one is good
        low = int(bracket[1].value < bracket[0].value)
        high = 1 - low
        if abs(bracket[1].step - bracket[0].step) * longest < tolerance_change:
            break
        step = _interpolated(bracket[0], bracket[1], None)
        step, stuck = _kept_inside(step, bracket[0], bracket[1], stuck)
        point = evaluate(step)
        count += 1
        if too_high(point) or point.value >= bracket[low].value:
            bracket[high] = point
            continue
        if flat(point):
            return Found(point, count + 1)
        if point.slope * (bracket[high].step - bracket[low].step) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = point
    return Found(bracket[int(bracket[1].value < bracket[0].value)], count + 1)


def _kept_inside(step: float, a: Point, b: Point, stuck: bool) -> tuple[float, bool]:
    """Move a step away from the ends of the bracket, if it was near them twice in a row."""
    left, right = min(a.step, b.step), max(a.step, b.step)
    margin = 0.1 * (right - left)
    if min(right - step, step - left) >= margin:
        return step, False
    if not stuck and left < step < right:
        return step, True
    return (right - margin if right - step < step - left else left + margin), False


def _interpolated(a: Point, b: Point, bounds: tuple[float, float] | None) -> float:
    """Return the minimum of the cubic through two points, within bounds, or their middle."""
    if a.step > b.step:
        a, b = b, a
    lower, upper = bounds or (a.step, b.step)
    with np.errstate(all="ignore"):
        d1 = a.slope + b.slope - 3 * np.float64(a.value - b.value) / (a.step - b.step)
        square = d1 * d1 - a.slope * b.slope
        if square >= 0:
            d2 = np.sqrt(square)
            ratio = (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
            step = float(b.step - (b.step - a.step) * ratio)
            if not math.isnan(step):
                return min(max(step, lower), upper)
    return (lower + upper) / 2
