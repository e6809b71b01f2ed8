"""The layers and losses as functions, with PyTorch's names."""

from grad_nn.functional.activation import leaky_relu as leaky_relu
from grad_nn.functional.activation import log_softmax as log_softmax
from grad_nn.functional.activation import relu as relu
from grad_nn.functional.activation import sigmoid as sigmoid
from grad_nn.functional.activation import softmax as softmax
from grad_nn.functional.activation import tanh as tanh
from grad_nn.functional.batch_norm import batch_norm as batch_norm
from grad_nn.functional.batch_norm import instance_norm as instance_norm
from grad_nn.functional.linear import linear as linear
from grad_nn.functional.loss import Reduction as Reduction
from grad_nn.functional.loss import cross_entropy as cross_entropy
from grad_nn.functional.loss import mse_loss as mse_loss
from grad_nn.functional.normalization import group_norm as group_norm
from grad_nn.functional.normalization import layer_norm as layer_norm
from grad_nn.functional.normalization import rms_norm as rms_norm
from grad_nn.functional.padding import PadMode as PadMode
from grad_nn.functional.padding import pad as pad
