"""Training: a Trainer with validation, early stopping, checkpoints and resumption."""

from grad_nn.training.history import History as History
from grad_nn.training.history import Row as Row
from grad_nn.training.step import Outcome as Outcome
from grad_nn.training.step import accuracy as accuracy
from grad_nn.training.step import evaluate as evaluate
from grad_nn.training.step import predict as predict
from grad_nn.training.step import supervised as supervised
from grad_nn.training.trainer import Trainer as Trainer
