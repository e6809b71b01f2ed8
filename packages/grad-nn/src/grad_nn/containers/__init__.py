"""Modules that are lists and dicts of Modules and Parameters."""

from grad_nn.containers.dicts import ModuleDict as ModuleDict
from grad_nn.containers.dicts import ParameterDict as ParameterDict
from grad_nn.containers.lists import ModuleList as ModuleList
from grad_nn.containers.lists import ParameterList as ParameterList
from grad_nn.containers.sequential import Layer as Layer
from grad_nn.containers.sequential import Sequential as Sequential
