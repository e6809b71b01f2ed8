"""The types of datasets, samplers and batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, assert_type

import numpy as np
from numpy.typing import NDArray

from grad_core import Tensor
from grad_nn import data
from grad_nn.data import DataLoader

Labels = NDArray[Any]

x = Tensor([[1.0, 2.0], [3.0, 4.0]])
y = np.array([0, 1])


class Images(data.Dataset[tuple[Tensor, int]]):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return x[index], index


class Stream(data.IterableDataset[float]):
    def __iter__(self) -> Iterator[float]:
        return iter([1.0])


class Sample(NamedTuple):
    image: Tensor
    label: int


pairs = data.TensorDataset(x, y)
assert_type(pairs, data.TensorDataset[Tensor, Labels])
assert_type(pairs[0], tuple[Tensor, Labels])
assert_type(Images()[0], tuple[Tensor, int])
assert_type(list(Images()), list[tuple[Tensor, int]])
assert_type(Images() + Images(), data.ConcatDataset[tuple[Tensor, int]])
assert_type(Stream() + Stream(), data.ChainDataset[float])
assert_type(data.Subset(pairs, [0]), data.Subset[tuple[Tensor, Labels]])
training, test = data.random_split(pairs, [0.5, 0.5], rng=0)
assert_type(training, data.Subset[tuple[Tensor, Labels]])
assert_type(data.StackDataset(pairs, Images())[0][1], tuple[Tensor, int])
assert_type(data.StackDataset(a=Images())[0], dict[str, tuple[Tensor, int]])

assert_type(DataLoader(pairs, 2, True), DataLoader[tuple[Tensor, Tensor]])
assert_type(DataLoader(Images(), batch_size=2, rng=0), DataLoader[tuple[Tensor, Tensor]])
assert_type(DataLoader(training, 2), DataLoader[tuple[Tensor, Tensor]])
assert_type(DataLoader(Stream(), 2), DataLoader[Tensor])
assert_type(DataLoader([1, 2, 3], 2), DataLoader[Tensor])
assert_type(DataLoader([{"a": x}], 2), DataLoader[dict[str, Tensor]])
assert_type(DataLoader([Sample(x, 1)]), DataLoader[tuple[Tensor, Tensor]])
assert_type(DataLoader(["a"]), DataLoader[list[str]])
assert_type(DataLoader(Images(), None), DataLoader[tuple[Tensor, int]])
assert_type(DataLoader(["a"], None, collate_fn=len), DataLoader[int])


def joined(samples: list[str]) -> str:
    return "".join(samples)


assert_type(DataLoader(["a", "b"], 2, collate_fn=joined), DataLoader[str])


class Nested(NamedTuple):
    image: Tensor
    boxes: list[tuple[float, float]]


def stacked(samples: list[Nested]) -> tuple[Tensor, list[list[tuple[float, float]]]]:
    return data.default_collate([s.image for s in samples]), [s.boxes for s in samples]


nested = [Nested(x, [(0.0, 1.0)])]
assert_type(
    DataLoader(nested, collate_fn=stacked),
    DataLoader[tuple[Tensor, list[list[tuple[float, float]]]]],
)
assert_type(data.default_collate(nested), object)

loader = DataLoader(pairs, 2, shuffle=True, num_workers=2, workers="process", drop_last=True)
for images, labels in loader:
    assert_type(images, Tensor)
    assert_type(labels, Tensor)
assert_type(len(loader), int)
assert_type(loader.rng, np.random.Generator)
assert_type(loader.state_dict(), dict[str, object])

assert_type(data.default_collate([1.0, 2.0]), Tensor)
assert_type(data.default_collate([(x, 1)]), tuple[Tensor, Tensor])
assert_type(data.default_collate([{"a": 1.0}]), dict[str, Tensor])
assert_type(data.default_collate(["a"]), list[str])
assert_type(data.default_collate([{"a": "b"}]), object)
assert_type(data.batch_rng(), np.random.Generator)
assert_type(data.get_worker_info(), data.WorkerInfo | None)
assert_type(list(data.BatchSampler(data.RandomSampler(pairs), 2, False)), list[list[int]])

# Mistakes
DataLoader(nested)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
DataLoader(1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
DataLoader(pairs, batch_size="2")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
DataLoader(pairs, worker=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
loader.batch_size = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
data.DataLoader(Images(), collate_fn=joined)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
