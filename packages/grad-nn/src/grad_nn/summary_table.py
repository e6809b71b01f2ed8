"""The rows and totals of a summary, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from grad_core import Shape
from grad_nn.module import Module

Shapes: TypeAlias = tuple[Shape, ...]


class Row(NamedTuple):
    """One call of a Module."""

    name: str
    """Its name in the model; that of the model is empty."""
    kind: str
    """The name of its class."""
    depth: int
    """How many calls of other Modules it was called in."""
    input_shapes: Shapes
    """Those of the Tensors among its arguments, in the order in which `forward` names them."""
    output_shapes: Shapes
    """Those of the Tensors in its result."""
    output_bytes: int
    """Their memory."""
    parameters: int
    """How many numbers it keeps in Parameters that are in no other row: its own, and those of
    Modules below it that are not called."""
    trainable_parameters: int
    """How many of these require a gradient."""
    multiply_adds: int | None
    """How many the call takes, without those of rows below it; None if that is not known."""
    is_layer: bool
    """Whether it is taken as a whole: it calls no others, or has multiply-adds of its own kind."""
    is_repeated: bool
    """Whether the Module has an earlier row, where its Parameters are."""


class Summary:
    """What `summary` found: a row for each call of a Module, and totals. Its text is a table."""

    def __init__(self, model: Module, rows: list[Row], not_called: list[str], inputs: int) -> None:
        parameters = list(model.parameters())
        trained = [p for p in parameters if p.requires_grad]
        self.rows: list[Row] = rows
        self.parameters: int = sum(p.size for p in parameters)
        """How many numbers all Parameters hold, those of Modules that are not called, too."""
        self.trainable_parameters: int = sum(p.size for p in trained)
        """How many of these require a gradient."""
        self.multiply_adds: int = sum(row.multiply_adds or 0 for row in rows)
        """How many all calls take of which that is known."""
        self.unknown: list[str] = list(
            dict.fromkeys(row.name for row in rows if row.multiply_adds is None)
        )
        """The names of Modules of which it is not known."""
        self.not_called: list[str] = not_called
        """The names of Modules with Parameters that are not called."""
        self.input_bytes: int = inputs
        self.parameter_bytes: int = sum(p.nbytes for p in parameters)
        self.buffer_bytes: int = sum(b.nbytes for b in model.buffers())
        self.forward_bytes: int = sum(row.output_bytes for row in rows if row.is_layer)
        """What a call keeps for the gradient, estimated: the results of layers."""
        self.backward_bytes: int = self.forward_bytes + sum(p.nbytes for p in trained)
        """What the gradients take, estimated: those of the same results, and of the Parameters."""

    def table(self, depth: int | None = None) -> str:
        """Return the text.

        Args:
            depth: How deep the rows go; 0 leaves the model itself, None all. To a row without those
                below it, their Parameters and multiply-adds are added.
        """
        lines = [("Layer", "Output", "Parameters", "Trainable", "Multiply-adds")]
        above: list[str] = []  # the name at each depth
        for row in self.rows if depth is None else _folded(self.rows, depth):
            above = [*above[: row.depth], row.name]
            caller = above[-2] if row.depth else ""
            lines.append(_cells(row, row.name.removeprefix(f"{caller}." if caller else "")))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rule = "  ".join("-" * width for width in widths)
        head, *body = (_aligned(line, widths) for line in lines)
        return "\n".join([head, rule, *body, rule, *self._totals()])

    def _totals(self) -> Iterator[str]:
        frozen = self.parameters - self.trainable_parameters
        yield f"Parameters: {self.parameters:,}" + (
            f", {frozen:,} of them frozen" if frozen else ""
        )
        if self.not_called:
            yield f"  not called: {', '.join(self.not_called)}"
        if self.unknown:
            names = ", ".join(name or "the model itself" for name in self.unknown)
            yield f"Multiply-adds: at least {self.multiply_adds:,}; not known of {names}"
        else:
            yield f"Multiply-adds: {self.multiply_adds:,}"
        yield (
            f"Memory: parameters {_memory(self.parameter_bytes)}, buffers"
            f" {_memory(self.buffer_bytes)}, inputs {_memory(self.input_bytes)}"
        )
        yield (
            f"  in training, about {_memory(self.forward_bytes)} forward and"
            f" {_memory(self.backward_bytes)} backward"
        )

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return self.table()


def _cells(row: Row, name: str) -> tuple[str, str, str, str, str]:
    """The cells of the table for a row."""
    label = "  " * row.depth + (f"{name}: {row.kind}" if name else row.kind)
    shapes = ", ".join(map(str, row.output_shapes))
    parameters, trainable = f"{row.parameters:,}" if row.parameters else "-", ""
    if row.parameters:
        whole = row.trainable_parameters == row.parameters
        trainable = "yes" if whole else "in part" if row.trainable_parameters else "no"
    elif row.is_repeated:
        parameters = "as above"
    adds = "unknown" if row.multiply_adds is None else f"{row.multiply_adds:,}"
    if row.multiply_adds == 0:
        adds = "-"
    return label, shapes, parameters, trainable, adds


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    """The first two cells of a line to the left, the others to the right."""
    cells = [
        cell.ljust(width) if i < 2 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _folded(rows: list[Row], depth: int) -> list[Row]:
    """The rows down to a depth, with the numbers of those below added."""
    folded: list[Row] = []
    for row in rows:
        if row.depth <= depth:
            folded.append(row)
            continue
        top = folded[-1]
        known = top.multiply_adds is not None and row.multiply_adds is not None
        folded[-1] = top._replace(
            parameters=top.parameters + row.parameters,
            trainable_parameters=top.trainable_parameters + row.trainable_parameters,
            multiply_adds=(top.multiply_adds or 0) + (row.multiply_adds or 0) if known else None,
        )
    return folded


def _memory(size: float) -> str:
    units = ["B", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} B" if units[0] == "B" else f"{size:.2f} {units[0]}"
