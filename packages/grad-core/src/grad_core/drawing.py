"""The graph of a Tensor as text that Graphviz or Mermaid draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from grad_core.node import Leaf, Node

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def to_dot(y: Tensor, names: Mapping[str, Tensor] | None = None, *, max_nodes: int = 200) -> str:
    r"""Return the graph below `y` in the language of Graphviz.

    Each operation stands with the shape and dtype of its result, each leaf with its name. Arrows
    point from operands to results.

    Args:
        y: The result whose graph is drawn; one without a graph is drawn alone.
        names: Names for Tensors of the graph, leaves or not, such as
            `dict(model.named_parameters())`.
        max_nodes: How many nodes are drawn, those nearest to `y`; a node `...` stands for the
            rest.

    Raises:
        ValueError: `max_nodes` is less than 1.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> print(gc.to_dot((x * 2).sum(), {"x": x}))
        digraph {
          n0 [label="sum\nfloat32[]"];
          n1 [label="multiply\nfloat32[2]"];
          n2 [label="x\nfloat32[2]", shape=box];
          n1 -> n0;
          n2 -> n1;
        }
    """
    lines = ["digraph {"]
    for i, label, is_leaf in (drawn := _Drawn(y, names, max_nodes)).nodes:
        text = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in label)
        lines.append(f'  n{i} [label="{text}"{", shape=box" if is_leaf else ""}];')
    lines += [f"  n{a} -> n{b};" for a, b in drawn.arrows]
    return "\n".join([*lines, "}"])


def to_mermaid(
    y: Tensor, names: Mapping[str, Tensor] | None = None, *, max_nodes: int = 200
) -> str:
    """Return the graph below `y` as a Mermaid flowchart, which code hosts and notebooks render.

    The arguments and errors are those of `to_dot`.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> print(gc.to_mermaid((x * 2).sum(), {"x": x}))
        flowchart BT
          n0(["sum<br>float32[]"])
          n1(["multiply<br>float32[2]"])
          n2["x<br>float32[2]"]
          n1 --> n0
          n2 --> n1
    """
    lines = ["flowchart BT"]
    for i, label, is_leaf in (drawn := _Drawn(y, names, max_nodes)).nodes:
        # Mermaid knows the entities of HTML, written with "#" for "&"
        text = "<br>".join(
            line.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;") for line in label
        )
        lines.append(f'  n{i}["{text}"]' if is_leaf else f'  n{i}(["{text}"])')
    lines += [f"  n{a} --> n{b}" for a, b in drawn.arrows]
    return "\n".join(lines)


class _Drawn:
    """The nodes that are drawn, numbered from the result on, and the arrows between them."""

    nodes: list[tuple[int, list[str], bool]]
    arrows: list[tuple[int, int]]

    def __init__(self, y: Tensor, names: Mapping[str, Tensor] | None, max_nodes: int) -> None:
        if max_nodes < 1:
            raise ValueError(f"max_nodes is {max_nodes}, expected at least 1")
        self.nodes, self.arrows = [], []
        known = {id(t._node): name for name, t in (names or {}).items() if t._node is not None}
        if y._node is None:
            self.nodes.append((0, ["constant", _kind(y)], True))
            return
        numbers = {id(y._node): 0}
        queue = [y._node]  # breadth first: what is nearest to y is drawn
        for node in queue:  # it grows
            i = numbers[id(node)]
            label = [known[id(node)]] if id(node) in known else []
            if node.operation is not None:
                label = [node.operation.name, *label]
            self.nodes.append((i, [*(label or ["leaf"]), _kind(node)], isinstance(node, Leaf)))
            for operand in node.inputs:
                if operand is None:
                    continue
                if id(operand) not in numbers:
                    if len(numbers) == max_nodes:
                        self.arrows.append((max_nodes, i))
                        continue
                    numbers[id(operand)] = len(numbers)
                    queue.append(operand)
                self.arrows.append((numbers[id(operand)], i))
        if any(a == max_nodes for a, _ in self.arrows):
            self.nodes.append((max_nodes, ["..."], True))


def _kind(x: Tensor | Node) -> str:
    return f"{x.dtype}{list(x.shape)}"
