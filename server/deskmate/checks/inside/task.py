"""What is to be compared: a plain value, from one process to another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Task:
    """The module `module` of the folder `root` is compared with the text of the file `new`, in what
    has the `path`: for about so many `seconds`, by as many as `inputs`. Inputs are sought in the
    files of `texts`. `hypothesis` is a folder in which Hypothesis is, if the project has none, and
    in `compiled` what Python makes of it may be kept.
    """

    root: str
    module: str
    new: str
    path: list[str]
    texts: list[str]
    seconds: float
    inputs: int
    hypothesis: str
    compiled: str
