"""Module: a function with state, whose call has the exact types of its `forward`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from reprlib import recursive_repr
from typing import Literal, ParamSpec, Protocol, Self, TypeVar, overload

from grad_core import Tensor
from grad_nn.backward_hooks import GivenGrads, Grads
from grad_nn.hooks import Hook, Hooks, RemovableHandle, added, call_with_hooks
from grad_nn.state import State

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)
Args = TypeVar("Args")
Kwargs = TypeVar("Kwargs")


class HasForward(Protocol[P, R_co]):
    """Anything with a `forward`; it lends its signature to `Module.__call__`."""

    _hooks: Hooks | None

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result."""
        ...


class Hookable(Protocol[M_co, P, R_co]):
    """A Module that can be called, of class `M_co`; it lends its types to its hooks."""

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result."""
        ...

    def eval(self) -> M_co:
        """Return itself."""
        ...


class Module(State):
    """Base class of everything with parameters: define `forward`, and call the instance.

    Parameters, Buffers and Modules are kept as plain attributes, or in lists, tuples and dicts of
    them; `super().__init__()` need not be called. Names are dotted paths of attributes, indices
    and keys, in PyTorch's order: a Module's own in the order of assignment, then those of each
    Module below.

    Example:
        >>> from grad_nn import Parameter
        >>> class Scale(Module):
        ...     def __init__(self) -> None:
        ...         self.factor = Parameter(data=[2.0])
        ...
        ...     def forward(self, x: Tensor) -> Tensor:
        ...         return x * self.factor
        >>> scale = Scale()
        >>> scale(Tensor([1.0, 3.0]))
        Tensor([2., 6.], requires_grad=True)
        >>> scale.state_dict()
        {'factor': array([2.], dtype=float32)}
    """

    _hooks: Hooks | None = None

    def __call__(self: HasForward[P, R_co], *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run `forward`, with its exact signature, and the hooks."""
        try:
            forward = self.forward
        except AttributeError:
            raise TypeError(f"{type(self).__name__} has no forward method to call") from None
        if not self._hooks:
            return forward(*args, **kwargs)
        return call_with_hooks(self, self._hooks, forward, args, kwargs)

    # ------------------------------------------------------------------------ hooks

    @overload
    def register_forward_pre_hook(
        self,
        hook: Callable[[Self, tuple[Tensor, ...]], object],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_pre_hook(
        self,
        hook: Callable[[Self, Args], object],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_pre_hook(
        self,
        hook: Callable[[Self, Args, Kwargs], tuple[Args, Kwargs] | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[True],
    ) -> RemovableHandle: ...
    def register_forward_pre_hook(
        self,
        hook: Callable[[Self, Args], object] | Callable[[Self, Args, Kwargs], object],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
    ) -> RemovableHandle:
        """Call `hook` before every call of `forward`.

        Args:
            hook: Takes the Module and the tuple of positional arguments, and returns None, or
                arguments to go on with: a tuple, or a single one.
            prepend: Whether it goes before the hooks that there are.
            with_kwargs: Whether `hook` takes the dict of keyword arguments, too; it returns None or
                the pair of both then.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.

        Example:
            >>> from grad_nn import ReLU
            >>> relu = ReLU()
            >>> with relu.register_forward_pre_hook(lambda module, args: -args[0]):
            ...     relu(Tensor([-1.0, 2.0]))
            Tensor([1., 0.])
        """
        return self._register_hook(
            "register_forward_pre_hook", Hook("forward_pre", hook, with_kwargs), prepend
        )

    @overload
    def register_forward_hook(
        self: Hookable[M, P, R],
        hook: Callable[[M, tuple[Tensor, ...], R], R | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
        always_call: Literal[False] = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self: Hookable[M, P, R],
        hook: Callable[[M, Args, R], R | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
        always_call: Literal[False] = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self: Hookable[M, P, R],
        hook: Callable[[M, Args, Kwargs, R], R | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[True],
        always_call: Literal[False] = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self: Hookable[M, P, R],
        hook: Callable[[M, Args, R | None], R | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
        always_call: Literal[True],
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self: Hookable[M, P, R],
        hook: Callable[[M, Args, Kwargs, R | None], R | None],
        *,
        prepend: bool = False,
        with_kwargs: Literal[True],
        always_call: Literal[True],
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self,
        hook: Callable[[Self, tuple[object, ...], object], object],
        *,
        prepend: bool = False,
        with_kwargs: Literal[False] = False,
        always_call: bool = False,
    ) -> RemovableHandle: ...
    @overload
    def register_forward_hook(
        self,
        hook: Callable[[Self, tuple[object, ...], dict[str, object], object], object],
        *,
        prepend: bool = False,
        with_kwargs: Literal[True],
        always_call: bool = False,
    ) -> RemovableHandle: ...
    def register_forward_hook(
        self,
        hook: Callable[..., object],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook` after every call of `forward`.

        Args:
            hook: Takes the Module, the tuple of positional arguments and the result, and returns
                None or a result to go on with.
            prepend: Whether it goes before the hooks that there are.
            with_kwargs: Whether `hook` takes the dict of keyword arguments, too, after the others.
            always_call: Whether it is called after an error, too; the result is None then, if there
                is none yet.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.

        Example:
            >>> from grad_nn import ReLU
            >>> relu = ReLU()
            >>> with relu.register_forward_hook(lambda module, args, output: output * 10):
            ...     relu(Tensor([-1.0, 2.0]))
            Tensor([ 0., 20.])
        """
        return self._register_hook(
            "register_forward_hook", Hook("forward", hook, with_kwargs, always_call), prepend
        )

    def register_full_backward_hook(
        self, hook: Callable[[Self, Grads, Grads], GivenGrads], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook` whenever gradients of the arguments have been computed.

        Args:
            hook: Takes the Module, the gradients of the positional arguments, and those of the
                results; one of what is no Tensor, or needs none, is None. It returns None, or
                gradients of the arguments to go on with. Where no argument requires a gradient it
                is called with those of the results, and None for each argument.
            prepend: Whether it goes before the hooks that there are.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.

        Example:
            >>> from grad_nn import ReLU
            >>> relu, x = ReLU(), Tensor([-1.0, 2.0], requires_grad=True)
            >>> with relu.register_full_backward_hook(
            ...     lambda module, grad_input, grad_output: print(grad_input, grad_output)
            ... ):
            ...     (relu(x) * 3).sum().backward()
            (Tensor([0., 3.]),) (Tensor([3., 3.]),)
        """
        return self._register_hook("register_full_backward_hook", Hook("backward", hook), prepend)

    def register_full_backward_pre_hook(
        self, hook: Callable[[Self, Grads], GivenGrads], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook` whenever gradients of the results have been computed.

        Args:
            hook: Takes the Module and the gradients of the results, and returns None or gradients
                to go on with.
            prepend: Whether it goes before the hooks that there are.

        Returns:
            What removes the hook: by its `remove()`, or at the end of a `with` block.
        """
        return self._register_hook(
            "register_full_backward_pre_hook", Hook("backward_pre", hook), prepend
        )

    def _register_hook(self, name: str, hook: Hook, prepend: bool) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = {}
        return added(name, self._hooks, hook, prepend)

    # ------------------------------------------------------------------------ text

    def extra_repr(self) -> str:
        """Return the settings that `repr` shows in the parentheses; a subclass may say more."""
        return ""

    @recursive_repr()
    def __repr__(self) -> str:
        lines = [f"({name}): {text}".replace("\n", "\n  ") for name, text in self._shown()]
        extra = self.extra_repr()
        inner = ([extra] if extra else []) + lines
        if not lines:
            return f"{type(self).__name__}({extra})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(inner) + "\n)"

    def _shown(self) -> Iterable[tuple[str, str]]:
        """Yield what `repr` shows below this Module: names and texts."""
        return ((name, repr(child)) for name, child in self.named_children())
