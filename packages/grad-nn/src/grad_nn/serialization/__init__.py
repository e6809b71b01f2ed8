"""Files of models and of trainings."""

from grad_nn.serialization.generators import rng_state as rng_state
from grad_nn.serialization.generators import set_rng_state as set_rng_state
from grad_nn.serialization.models import load_metadata as load_metadata
from grad_nn.serialization.models import load_model as load_model
from grad_nn.serialization.models import save_model as save_model
