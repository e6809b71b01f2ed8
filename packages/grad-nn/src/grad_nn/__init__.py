"""PyTorch-named neural networks on NumPy, exactly typed."""

from grad_nn import functional as functional
from grad_nn import optim as optim
from grad_nn import utils as utils
from grad_nn.__about__ import __version__ as __version__
from grad_nn.containers import Layer as Layer
from grad_nn.containers import Sequential as Sequential
from grad_nn.layers.activation import LeakyReLU as LeakyReLU
from grad_nn.layers.activation import ReLU as ReLU
from grad_nn.layers.activation import Sigmoid as Sigmoid
from grad_nn.layers.activation import Softmax as Softmax
from grad_nn.layers.activation import Tanh as Tanh
from grad_nn.layers.linear import Linear as Linear
from grad_nn.losses import CrossEntropyLoss as CrossEntropyLoss
from grad_nn.losses import MSELoss as MSELoss
from grad_nn.module import Module as Module
from grad_nn.parameter import Buffer as Buffer
from grad_nn.parameter import Parameter as Parameter
from grad_nn.serialization import load_metadata as load_metadata
from grad_nn.serialization import load_model as load_model
from grad_nn.serialization import save_model as save_model
