"""PyTorch-named neural networks on NumPy, exactly typed."""

from typing import TYPE_CHECKING

from grad_nn.__about__ import __version__ as __version__

if TYPE_CHECKING:
    from grad_nn import data as data
    from grad_nn import functional as functional
    from grad_nn import init as init
    from grad_nn import optim as optim
    from grad_nn import training as training
    from grad_nn import utils as utils
    from grad_nn.containers import Layer as Layer
    from grad_nn.containers import ModuleDict as ModuleDict
    from grad_nn.containers import ModuleList as ModuleList
    from grad_nn.containers import ParameterDict as ParameterDict
    from grad_nn.containers import ParameterList as ParameterList
    from grad_nn.containers import Sequential as Sequential
    from grad_nn.functional.loss.linear_cross_entropy import (
        LinearCrossEntropyOptions as LinearCrossEntropyOptions,
    )
    from grad_nn.hooks import RemovableHandle as RemovableHandle
    from grad_nn.layers.activation.exponential import CELU as CELU
    from grad_nn.layers.activation.exponential import ELU as ELU
    from grad_nn.layers.activation.exponential import SELU as SELU
    from grad_nn.layers.activation.exponential import Softplus as Softplus
    from grad_nn.layers.activation.gates import GELU as GELU
    from grad_nn.layers.activation.gates import GLU as GLU
    from grad_nn.layers.activation.gates import Hardswish as Hardswish
    from grad_nn.layers.activation.gates import Mish as Mish
    from grad_nn.layers.activation.gates import SiLU as SiLU
    from grad_nn.layers.activation.rectifiers import Hardtanh as Hardtanh
    from grad_nn.layers.activation.rectifiers import LeakyReLU as LeakyReLU
    from grad_nn.layers.activation.rectifiers import PReLU as PReLU
    from grad_nn.layers.activation.rectifiers import ReLU as ReLU
    from grad_nn.layers.activation.rectifiers import ReLU6 as ReLU6
    from grad_nn.layers.activation.rectifiers import RReLU as RReLU
    from grad_nn.layers.activation.rectifiers import Threshold as Threshold
    from grad_nn.layers.activation.shrinkage import Hardshrink as Hardshrink
    from grad_nn.layers.activation.shrinkage import Softshrink as Softshrink
    from grad_nn.layers.activation.shrinkage import Tanhshrink as Tanhshrink
    from grad_nn.layers.activation.sigmoids import Hardsigmoid as Hardsigmoid
    from grad_nn.layers.activation.sigmoids import LogSigmoid as LogSigmoid
    from grad_nn.layers.activation.sigmoids import Sigmoid as Sigmoid
    from grad_nn.layers.activation.sigmoids import Softsign as Softsign
    from grad_nn.layers.activation.sigmoids import Tanh as Tanh
    from grad_nn.layers.activation.softmax import LogSoftmax as LogSoftmax
    from grad_nn.layers.activation.softmax import Softmax as Softmax
    from grad_nn.layers.activation.softmax import Softmax2d as Softmax2d
    from grad_nn.layers.activation.softmax import Softmin as Softmin
    from grad_nn.layers.attention import MultiheadAttention as MultiheadAttention
    from grad_nn.layers.batch_norm import BatchNorm1d as BatchNorm1d
    from grad_nn.layers.batch_norm import BatchNorm2d as BatchNorm2d
    from grad_nn.layers.batch_norm import BatchNorm3d as BatchNorm3d
    from grad_nn.layers.convolution.convolution import Conv1d as Conv1d
    from grad_nn.layers.convolution.convolution import Conv2d as Conv2d
    from grad_nn.layers.convolution.convolution import Conv3d as Conv3d
    from grad_nn.layers.convolution.folding import Fold as Fold
    from grad_nn.layers.convolution.folding import Unfold as Unfold
    from grad_nn.layers.convolution.transposed import ConvTranspose1d as ConvTranspose1d
    from grad_nn.layers.convolution.transposed import ConvTranspose2d as ConvTranspose2d
    from grad_nn.layers.convolution.transposed import ConvTranspose3d as ConvTranspose3d
    from grad_nn.layers.distance import CosineSimilarity as CosineSimilarity
    from grad_nn.layers.distance import PairwiseDistance as PairwiseDistance
    from grad_nn.layers.dropout import AlphaDropout as AlphaDropout
    from grad_nn.layers.dropout import Dropout as Dropout
    from grad_nn.layers.dropout import Dropout1d as Dropout1d
    from grad_nn.layers.dropout import Dropout2d as Dropout2d
    from grad_nn.layers.dropout import Dropout3d as Dropout3d
    from grad_nn.layers.dropout import FeatureAlphaDropout as FeatureAlphaDropout
    from grad_nn.layers.embedding import Embedding as Embedding
    from grad_nn.layers.embedding import EmbeddingBag as EmbeddingBag
    from grad_nn.layers.instance_norm import InstanceNorm1d as InstanceNorm1d
    from grad_nn.layers.instance_norm import InstanceNorm2d as InstanceNorm2d
    from grad_nn.layers.instance_norm import InstanceNorm3d as InstanceNorm3d
    from grad_nn.layers.linear import Bilinear as Bilinear
    from grad_nn.layers.linear import Linear as Linear
    from grad_nn.layers.normalization import GroupNorm as GroupNorm
    from grad_nn.layers.normalization import LayerNorm as LayerNorm
    from grad_nn.layers.normalization import LocalResponseNorm as LocalResponseNorm
    from grad_nn.layers.normalization import RMSNorm as RMSNorm
    from grad_nn.layers.padding import CircularPad1d as CircularPad1d
    from grad_nn.layers.padding import CircularPad2d as CircularPad2d
    from grad_nn.layers.padding import CircularPad3d as CircularPad3d
    from grad_nn.layers.padding import ConstantPad1d as ConstantPad1d
    from grad_nn.layers.padding import ConstantPad2d as ConstantPad2d
    from grad_nn.layers.padding import ConstantPad3d as ConstantPad3d
    from grad_nn.layers.padding import ReflectionPad1d as ReflectionPad1d
    from grad_nn.layers.padding import ReflectionPad2d as ReflectionPad2d
    from grad_nn.layers.padding import ReflectionPad3d as ReflectionPad3d
    from grad_nn.layers.padding import ReplicationPad1d as ReplicationPad1d
    from grad_nn.layers.padding import ReplicationPad2d as ReplicationPad2d
    from grad_nn.layers.padding import ReplicationPad3d as ReplicationPad3d
    from grad_nn.layers.padding import ZeroPad1d as ZeroPad1d
    from grad_nn.layers.padding import ZeroPad2d as ZeroPad2d
    from grad_nn.layers.padding import ZeroPad3d as ZeroPad3d
    from grad_nn.layers.pooling.adaptive import AdaptiveAvgPool1d as AdaptiveAvgPool1d
    from grad_nn.layers.pooling.adaptive import AdaptiveAvgPool2d as AdaptiveAvgPool2d
    from grad_nn.layers.pooling.adaptive import AdaptiveAvgPool3d as AdaptiveAvgPool3d
    from grad_nn.layers.pooling.adaptive import AdaptiveMaxPool1d as AdaptiveMaxPool1d
    from grad_nn.layers.pooling.adaptive import AdaptiveMaxPool2d as AdaptiveMaxPool2d
    from grad_nn.layers.pooling.adaptive import AdaptiveMaxPool3d as AdaptiveMaxPool3d
    from grad_nn.layers.pooling.average import AvgPool1d as AvgPool1d
    from grad_nn.layers.pooling.average import AvgPool2d as AvgPool2d
    from grad_nn.layers.pooling.average import AvgPool3d as AvgPool3d
    from grad_nn.layers.pooling.average import LPPool1d as LPPool1d
    from grad_nn.layers.pooling.average import LPPool2d as LPPool2d
    from grad_nn.layers.pooling.average import LPPool3d as LPPool3d
    from grad_nn.layers.pooling.fractional import FractionalMaxPool2d as FractionalMaxPool2d
    from grad_nn.layers.pooling.fractional import FractionalMaxPool3d as FractionalMaxPool3d
    from grad_nn.layers.pooling.max import MaxPool1d as MaxPool1d
    from grad_nn.layers.pooling.max import MaxPool2d as MaxPool2d
    from grad_nn.layers.pooling.max import MaxPool3d as MaxPool3d
    from grad_nn.layers.pooling.unpool import MaxUnpool1d as MaxUnpool1d
    from grad_nn.layers.pooling.unpool import MaxUnpool2d as MaxUnpool2d
    from grad_nn.layers.pooling.unpool import MaxUnpool3d as MaxUnpool3d
    from grad_nn.layers.recurrent import GRU as GRU
    from grad_nn.layers.recurrent import LSTM as LSTM
    from grad_nn.layers.recurrent import RNN as RNN
    from grad_nn.layers.recurrent_base import RNNBase as RNNBase
    from grad_nn.layers.recurrent_cells import GRUCell as GRUCell
    from grad_nn.layers.recurrent_cells import LSTMCell as LSTMCell
    from grad_nn.layers.recurrent_cells import RNNCell as RNNCell
    from grad_nn.layers.recurrent_cells import RNNCellBase as RNNCellBase
    from grad_nn.layers.shape import Flatten as Flatten
    from grad_nn.layers.shape import Identity as Identity
    from grad_nn.layers.shape import Unflatten as Unflatten
    from grad_nn.layers.transformer import Transformer as Transformer
    from grad_nn.layers.transformer import TransformerDecoder as TransformerDecoder
    from grad_nn.layers.transformer import TransformerEncoder as TransformerEncoder
    from grad_nn.layers.transformer_layers import TransformerDecoderLayer as TransformerDecoderLayer
    from grad_nn.layers.transformer_layers import TransformerEncoderLayer as TransformerEncoderLayer
    from grad_nn.layers.vision import ChannelShuffle as ChannelShuffle
    from grad_nn.layers.vision import PixelShuffle as PixelShuffle
    from grad_nn.layers.vision import PixelUnshuffle as PixelUnshuffle
    from grad_nn.layers.vision import Upsample as Upsample
    from grad_nn.layers.vision import UpsamplingBilinear2d as UpsamplingBilinear2d
    from grad_nn.layers.vision import UpsamplingNearest2d as UpsamplingNearest2d
    from grad_nn.losses.adaptive_softmax import (
        AdaptiveLogSoftmaxWithLoss as AdaptiveLogSoftmaxWithLoss,
    )
    from grad_nn.losses.binary import BCELoss as BCELoss
    from grad_nn.losses.binary import BCEWithLogitsLoss as BCEWithLogitsLoss
    from grad_nn.losses.binary import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
    from grad_nn.losses.binary import SoftMarginLoss as SoftMarginLoss
    from grad_nn.losses.classification import CrossEntropyLoss as CrossEntropyLoss
    from grad_nn.losses.classification import NLLLoss as NLLLoss
    from grad_nn.losses.ctc import CTCLoss as CTCLoss
    from grad_nn.losses.embedding import CosineEmbeddingLoss as CosineEmbeddingLoss
    from grad_nn.losses.embedding import TripletMarginLoss as TripletMarginLoss
    from grad_nn.losses.embedding import (
        TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss,
    )
    from grad_nn.losses.likelihood import GaussianNLLLoss as GaussianNLLLoss
    from grad_nn.losses.likelihood import KLDivLoss as KLDivLoss
    from grad_nn.losses.likelihood import PoissonNLLLoss as PoissonNLLLoss
    from grad_nn.losses.linear_cross_entropy import LinearCrossEntropyLoss as LinearCrossEntropyLoss
    from grad_nn.losses.margin import HingeEmbeddingLoss as HingeEmbeddingLoss
    from grad_nn.losses.margin import MarginRankingLoss as MarginRankingLoss
    from grad_nn.losses.margin import MultiLabelMarginLoss as MultiLabelMarginLoss
    from grad_nn.losses.margin import MultiMarginLoss as MultiMarginLoss
    from grad_nn.losses.regression import HuberLoss as HuberLoss
    from grad_nn.losses.regression import L1Loss as L1Loss
    from grad_nn.losses.regression import MSELoss as MSELoss
    from grad_nn.losses.regression import SmoothL1Loss as SmoothL1Loss
    from grad_nn.model_summary import summary as summary
    from grad_nn.module import Module as Module
    from grad_nn.multiply_adds import multiply_adds_of as multiply_adds_of
    from grad_nn.parameter import Buffer as Buffer
    from grad_nn.parameter import Parameter as Parameter
    from grad_nn.serialization import load_checkpoint as load_checkpoint
    from grad_nn.serialization import load_file as load_file
    from grad_nn.serialization import load_metadata as load_metadata
    from grad_nn.serialization import load_model as load_model
    from grad_nn.serialization import rng_state as rng_state
    from grad_nn.serialization import save_checkpoint as save_checkpoint
    from grad_nn.serialization import save_file as save_file
    from grad_nn.serialization import save_model as save_model
    from grad_nn.serialization import set_rng_state as set_rng_state
    from grad_nn.state import IncompatibleKeys as IncompatibleKeys
    from grad_nn.stateless import functional_call as functional_call
    from grad_nn.summary_table import Row as Row
    from grad_nn.summary_table import Summary as Summary
else:
    from grad_core import lazy  # the package first, or threads that import both wait for each other
    from grad_nn.exports import EXPORTS

    lazy.attach(__name__, EXPORTS[__name__])
    del lazy
