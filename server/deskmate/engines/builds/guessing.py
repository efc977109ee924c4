"""What a model guesses of texts that it has not seen, which tells what a copy of it has lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from deskmate.engines.builds.found import Build
from deskmate.engines.builds.measuring import TEXT, OnStep, Server, serving
from deskmate.engines.builds.record import Choice
from deskmate.engines.hosts.tuning import Tuning
from deskmate.errors import EngineError

PLACES = 64
"""Tokens that are guessed in each text, each from all before it."""

_CANDIDATES = 100
"""Tokens whose probability is asked for at each place."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a model guesses at each place of our texts: the logarithms of the probability of the
    token that stands there, and text, place and token of what it would have written.
    """

    right: tuple[float, ...]
    likeliest: tuple[tuple[int, int, int], ...]

    @property
    def perplexity(self) -> float:
        """Among how many tokens it hesitates, as it were: 1 where it knows each for certain."""
        return math.exp(-sum(self.right) / len(self.right))

    def agreement(self, other: Guesses) -> float:
        """The share of places where both would have written the same."""
        return len(set(self.likeliest) & set(other.likeliest)) / len(self.likeliest)


async def guess(
    build: Build,
    model: Path,
    choice: Choice,
    places: int = PLACES,
    on_step: OnStep = lambda doing: None,
) -> Guesses:
    """What a model guesses in code and in prose that it has not seen. Raises EngineUnavailable,
    EngineLost, EngineError where that build does not say how probable a token is.
    """
    right: list[float] = []
    likeliest: list[tuple[int, int, int]] = []
    wanted = Tuning(threads=choice.threads, threads_batch=choice.threads_batch)
    async with serving(build, model, wanted) as server:
        for number, text in enumerate((TEXT, PROSE)):
            tokens = await server.tokenize(text)
            for place in range(len(tokens) - places, len(tokens)):
                on_step(f"asking what it would write, {len(right)} of {2 * places} places")
                found = await _next_tokens(server, tokens[:place])
                if not found:
                    continue  # half a character, of which llama.cpp does not speak
                least = min(found.values())  # what is not among them is rarer still
                right.append(found.get(tokens[place], least))
                likeliest.append((number, place, max(found, key=found.__getitem__)))
    if not right:
        raise EngineError(
            "This llama-server does not say how probable a token is, so nothing can be said of "
            "what the model loses; it stays as it is. A newer llama.cpp says it."
        )
    return Guesses(tuple(right), tuple(likeliest))


async def _next_tokens(server: Server, tokens: list[int]) -> dict[int, float]:
    """The likeliest tokens after these, with the logarithms of their probabilities."""
    answer = await server.complete(
        prompt=tokens,
        n_predict=1,
        n_probs=_CANDIDATES,
        cache_prompt=True,
        temperature=0,
        ignore_eos=True,  # of the end nothing is said either
        **{"speculative.n_max": 0},
    )
    return {
        int(one["id"]): float(one["logprob"])
        for place in answer.get("completion_probabilities", ())
        for one in place["top_logprobs"]
    }


PROSE = """\
The ferry to the outer islands leaves at seven in summer and at nine for the rest of the year. It \
carries no cars, and bicycles only where the crew finds room for them. Who has missed it may ask \
at the harbour office, where a list of the boats that go out to fish is kept behind the door; most \
of them take a passenger along, if the weather is not too rough and he does not mind the smell of \
yesterday's catch. Nobody has ever been asked to pay for it, but a loaf of bread is welcome.
"""
"""Sentences of ours."""
