"""Files of arrays, models and trainings."""

from grad_nn.serialization.checkpoints import Stateful as Stateful
from grad_nn.serialization.checkpoints import load_checkpoint as load_checkpoint
from grad_nn.serialization.checkpoints import save_checkpoint as save_checkpoint
from grad_nn.serialization.files import load_file as load_file
from grad_nn.serialization.files import load_metadata as load_metadata
from grad_nn.serialization.files import save_file as save_file
from grad_nn.serialization.generators import rng_state as rng_state
from grad_nn.serialization.generators import set_rng_state as set_rng_state
from grad_nn.serialization.models import load_model as load_model
from grad_nn.serialization.models import save_model as save_model
