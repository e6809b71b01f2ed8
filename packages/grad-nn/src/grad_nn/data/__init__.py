"""Data for training: datasets, the order of samples, and batches made in advance."""

from grad_nn.data.collate import Leaf as Leaf
from grad_nn.data.collate import default_collate as default_collate
from grad_nn.data.combined import ChainDataset as ChainDataset
from grad_nn.data.combined import ConcatDataset as ConcatDataset
from grad_nn.data.combined import StackDataset as StackDataset
from grad_nn.data.combined import Subset as Subset
from grad_nn.data.combined import random_split as random_split
from grad_nn.data.dataset import Dataset as Dataset
from grad_nn.data.dataset import Indexed as Indexed
from grad_nn.data.dataset import IterableDataset as IterableDataset
from grad_nn.data.loader import DataLoader as DataLoader
from grad_nn.data.loader import LoaderOptions as LoaderOptions
from grad_nn.data.loader import Source as Source
from grad_nn.data.samplers import BatchSampler as BatchSampler
from grad_nn.data.samplers import RandomSampler as RandomSampler
from grad_nn.data.samplers import Sampler as Sampler
from grad_nn.data.samplers import SequentialSampler as SequentialSampler
from grad_nn.data.samplers import SubsetRandomSampler as SubsetRandomSampler
from grad_nn.data.samplers import WeightedRandomSampler as WeightedRandomSampler
from grad_nn.data.tensors import TensorDataset as TensorDataset
from grad_nn.data.worker_info import WorkerInfo as WorkerInfo
from grad_nn.data.worker_info import batch_rng as batch_rng
from grad_nn.data.worker_info import get_worker_info as get_worker_info
