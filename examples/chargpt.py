"""Train a small GPT on text, a character at a time, and let it write some.

    pip install "grad-nn[safetensors]" matplotlib tqdm
    python chargpt.py                     # train; write model and picture to output/, and a sample
    python chargpt.py --sample "The "     # load that model, and let it go on from there

The text is Python's own documentation of the language, which every Python has in
`pydoc_data.topics` (460,000 characters), or a file of yours: `--text FILE`. Its last tenth is kept for
validation. The model is that of A. Radford et al., "Language models are unsupervised multitask
learners", 2019, section 2.3, in small.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor, no_grad
from grad_nn import functional as F  # noqa: N812  # the field's name
from grad_nn import optim
from grad_nn.optim import lr_scheduler
from grad_nn.utils import clip_grad_norm_

# What else it imports, where it is used, and what to install for that
NEEDED = {"matplotlib": "matplotlib", "tqdm": "tqdm", "safetensors": '"grad-nn[safetensors]"'}
Tokens = NDArray[np.integer]

# ------------------------------------------------------------------------ model


class Block(nn.Module):
    """Attention to what came before, then a small network for each place; both add to x."""

    def __init__(self, width: int, heads: int, dropout: float, rng: np.random.Generator) -> None:
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.query = nn.Linear(width, width, rng=rng)
        self.key = nn.Linear(width, width, rng=rng)
        self.value = nn.Linear(width, width, rng=rng)
        self.join = nn.Linear(width, width, rng=rng)
        self.norm2 = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 4 * width, rng=rng)
        self.narrow = nn.Linear(4 * width, width, rng=rng)
        self.dropout = nn.Dropout(dropout, rng=rng)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(x)
        q, k, v = (self.split(part(y)) for part in (self.query, self.key, self.value))
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.dropout(self.join(heads.transpose((0, 2, 1, 3)).reshape(*x.shape)))
        return x + self.dropout(self.narrow(F.gelu(self.widen(self.norm2(x)))))

    def split(self, x: Tensor) -> Tensor:
        """`(batch, heads, length, width of a head)` of `(batch, length, width)`."""
        batch, length, width = x.shape
        return x.reshape(batch, length, self.heads, width // self.heads).transpose((0, 2, 1, 3))


class GPT(nn.Module):
    """A decoder-only transformer: `(batch, length)` tokens to logits of the token after each."""

    def __init__(self, sizes: Sizes, rng: np.random.Generator) -> None:
        self.context = sizes.context
        self.tokens = nn.Embedding(sizes.vocabulary, sizes.width, rng=rng)
        self.places = nn.Embedding(sizes.context, sizes.width, rng=rng)
        self.blocks = nn.ModuleList(
            Block(sizes.width, sizes.heads, sizes.dropout, rng) for _ in range(sizes.layers)
        )
        self.norm = nn.LayerNorm(sizes.width)
        self.head = nn.Linear(sizes.width, sizes.vocabulary, bias=False, rng=rng)
        # GPT-2's: small numbers, and smaller ones for what is added to the residual stream
        for name, p in self.named_parameters():
            if p.ndim == 2:
                added = name.endswith(("join.weight", "narrow.weight"))
                std = 0.02 / math.sqrt(2 * sizes.layers) if added else 0.02
                nn.init.normal_(p, std=std, rng=rng)

    def forward(self, tokens: Tokens) -> Tensor:
        x = self.tokens(tokens) + self.places(np.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


class Sizes(NamedTuple):
    """What a model is made of."""

    vocabulary: int
    context: int
    layers: int
    heads: int
    width: int
    dropout: float


# ------------------------------------------------------------------------ data


class Text(NamedTuple):
    """A text as numbers, in two parts, and the characters that they stand for."""

    training: Tokens
    validation: Tokens
    characters: str


def read_text(path: Path | None) -> str:
    if path is not None:
        return path.read_text(encoding="utf-8")
    from pydoc_data.topics import topics

    return "\n\n\n".join(topics[name] for name in sorted(topics))


def encode(text: str, characters: str) -> Tokens:
    """Return the place of each character among `characters`."""
    places = {c: i for i, c in enumerate(characters)}
    unknown = sorted(set(text) - set(places))
    if unknown:
        raise ValueError(f"the model has not seen {unknown[0]!r} in its text")
    return np.array([places[c] for c in text], np.int64)


def prepare(text: str, context: int) -> Text:
    characters = "".join(sorted(set(text)))
    tokens = encode(text, characters)
    cut = len(tokens) * 9 // 10
    if len(tokens) - cut <= context:
        raise ValueError(f"the text has {len(text)} characters: too few for a context of {context}")
    return Text(tokens[:cut], tokens[cut:], characters)


def batch_of(tokens: Tokens, starts: NDArray[np.integer], context: int) -> tuple[Tokens, Tokens]:
    """Return stretches of the text, and the same moved on by one: what comes after each token."""
    at = starts[:, None] + np.arange(context)
    return tokens[at], tokens[at + 1]


# ------------------------------------------------------------------------ training


class Score(NamedTuple):
    """The losses after some steps, in nats for each character."""

    step: int
    training: float
    validation: float


def loss_of(model: GPT, tokens: Tokens, following: Tokens) -> Tensor:
    logits = model(tokens)
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), following.reshape(-1))


def validate(model: GPT, tokens: Tokens, stretches: int = 120) -> float:
    """Return the mean loss over stretches that are spread evenly over the validation text."""
    starts = np.linspace(0, len(tokens) - model.context - 1, stretches).astype(np.int64)
    model.eval()
    with no_grad():
        parts = [
            loss_of(model, *batch_of(tokens, some, model.context)).item()
            for some in np.array_split(starts, math.ceil(stretches / 24))
        ]
    model.train()
    return float(np.mean(parts))


def train(model: GPT, text: Text, args: Arguments, rng: np.random.Generator) -> list[Score]:
    """Train a model; return its losses, at the start and ten times on the way."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # has no types

    optimizer = optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.95), weight_decay=0.1)
    warm_up = max(1, args.steps // 20)
    schedule = lr_scheduler.SequentialLR(
        optimizer,
        [
            lr_scheduler.LinearLR(optimizer, 1 / warm_up, total_iters=warm_up),
            lr_scheduler.CosineAnnealingLR(optimizer, args.steps - warm_up, args.lr / 10),
        ],
        [warm_up],
    )
    history: list[Score] = []
    recent: list[float] = []
    every = math.ceil(args.steps / 10)
    progress = tqdm(range(args.steps + 1), disable=None)
    for step in progress:
        starts = rng.integers(0, len(text.training) - model.context, args.batch_size)
        loss = loss_of(model, *batch_of(text.training, starts, model.context))
        recent.append(loss.item())
        if step % every == 0 or step == args.steps:
            history.append(Score(step, float(np.mean(recent)), validate(model, text.validation)))
            recent.clear()
            said = (
                f"step {step:5d} of {args.steps}: training loss {history[-1].training:.3f},"
                f" validation loss {history[-1].validation:.3f}"
            )
            tqdm.write(said)
        if step < args.steps:
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return history


# ------------------------------------------------------------------------ sampling


def write(
    model: GPT, start: Tokens, length: int, temperature: float, rng: np.random.Generator
) -> Tokens:
    """Let the model go on from `start`, each character drawn from what it expects."""
    tokens = start
    model.eval()
    with no_grad():
        for _ in range(length):
            logits = model(tokens[None, -model.context :]).data[0, -1].astype(np.float64)
            # The largest of the logits with Gumbel noise is drawn from their softmax
            noise = rng.gumbel(size=logits.shape) * temperature
            tokens = np.append(tokens, (logits + noise).argmax())
    return tokens


def draw_curve(history: list[Score], path: Path) -> None:
    """Draw the losses against steps."""
    from matplotlib.figure import Figure  # not pyplot: needs no display, leaves nothing open

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    steps = [score.step for score in history]
    axes.plot(steps, [score.training for score in history], marker=".", label="training")
    axes.plot(steps, [score.validation for score in history], marker=".", label="validation")
    axes.set(title="chargpt", xlabel="step", ylabel="loss in nats for a character")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)


# ------------------------------------------------------------------------ files


def save(model: GPT, sizes: Sizes, characters: str, path: Path) -> None:
    about = {"sizes": json.dumps(sizes._asdict()), "characters": json.dumps(characters)}
    nn.save_model(model, path, about)


def load(path: Path) -> tuple[GPT, str]:
    """Return the model that a file holds, and its characters."""
    about = nn.load_metadata(path)
    if "sizes" not in about or "characters" not in about:
        raise ValueError(f"{path} was not written by this program")
    model = GPT(Sizes(**json.loads(about["sizes"])), np.random.default_rng(0))
    nn.load_model(model, path)
    characters: str = json.loads(about["characters"])
    return model, characters


# ------------------------------------------------------------------------ command line


class Arguments(argparse.Namespace):
    steps: int
    batch_size: int
    lr: float
    context: int
    layers: int
    heads: int
    width: int
    dropout: float
    text: Path | None
    seed: int
    output: Path
    length: int
    temperature: float
    sample: str | None
    no_plots: bool = False


def at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if (number := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{number} is less than {least}")
        return number

    return whole


def between(low: float, high: float) -> Callable[[str], float]:
    def real(text: str) -> float:
        if not low <= (number := float(text)) < high:
            raise argparse.ArgumentTypeError(f"{number} is not from {low} to {high}")
        return number

    return real


def parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(
        description="Train a small GPT on text, a character at a time, and let it write some.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add, output = parser.add_argument, Path(__file__).resolve().parent / "output"
    add("--steps", type=at_least(1), default=1000, help="steps of training")
    add("--batch-size", type=at_least(1), default=12, help="stretches of text per step")
    add("--lr", type=between(0, math.inf), default=2e-3, help="learning rate, at its highest")
    add("--context", type=at_least(1), default=64, help="characters that the model looks back on")
    add("--layers", type=at_least(1), default=4, help="how many blocks")
    add("--heads", type=at_least(1), default=4, help="heads of attention")
    add("--width", type=at_least(1), default=128, help="numbers for each character")
    add("--dropout", type=between(0, 1), default=0.0, help="share that is dropped in training")
    add(
        "--text",
        type=Path,
        default=None,
        help="a file to learn from; Python's documentation if none",
    )
    add("--seed", type=at_least(0), default=0, help="seed of all that is random")
    add("--output", type=Path, default=output, help="folder of the model and the picture")
    add("--length", type=at_least(0), default=400, help="characters to write")
    add("--temperature", type=between(0, math.inf), default=0.8, help="how daring to write")
    add("--sample", metavar="START", default=None, help="use the saved model: go on from START")
    add("--no-plots", action="store_true", default=argparse.SUPPRESS, help="draw no picture")
    return parser.parse_args(argv, Arguments())


def main(argv: Sequence[str] | None = None) -> None:
    args = parse(argv)
    if missing := [package for name, package in NEEDED.items() if find_spec(name) is None]:
        sys.exit(f"chargpt.py needs more packages: pip install {' '.join(missing)}")
    if args.width % args.heads:
        sys.exit(f"chargpt.py: {args.heads} heads do not divide a width of {args.width}")

    path = args.output / "chargpt.safetensors"
    rng = np.random.default_rng(args.seed)
    if args.sample is not None:
        if not path.exists():
            sys.exit(f"chargpt.py: no model at {path}: run without --sample first, to train one")
        model, characters = load(path)
        start = encode(args.sample or "\n", characters)
    else:
        args.output.mkdir(parents=True, exist_ok=True)
        text = prepare(read_text(args.text), args.context)
        characters = text.characters
        sizes = Sizes(
            len(characters), args.context, args.layers, args.heads, args.width, args.dropout
        )
        model = GPT(sizes, rng)
        print(
            f"{len(text.training) + len(text.validation):,} characters, {len(characters)} different"
            f" ones; {model.params_count():,} parameters"
        )
        began = time.perf_counter()
        history = train(model, text, args, rng)
        seconds = time.perf_counter() - began
        save(model, sizes, characters, path)
        print(
            f"trained in {seconds:.1f} s, {1000 * seconds / args.steps:.0f} ms a step; see {path}"
        )
        if not args.no_plots:
            draw_curve(history, args.output / "chargpt.png")
        start = text.validation[: args.context]
    written = write(model, start, args.length, args.temperature, rng)
    print("".join(characters[i] for i in written[len(start) if args.sample is None else 0 :]))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"chargpt.py: {error}")
