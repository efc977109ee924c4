"""Everything Deskmate raises on purpose. Each message is one sentence or two, for the user's
eyes, and says what to do next.

DeskmateError
├── ActionError          no such action, or a broken action file
│   └── NotApplicable    the action does not apply at this place
├── DiskSilent           what a file lies on does not answer; it is an OSError, too
├── ModelError           a model file: missing, not downloadable, not what it should be
│   └── ModelMissing     no model is installed; `deskmate models install` fixes it
├── EngineError          the model could not answer
│   ├── EngineUnavailable   it did not start, or nothing listens there
│   ├── EngineLost          it went away in mid-answer
│   ├── EngineTimeout       it said nothing for too long
│   └── EngineRejected      it refused the request: key, model name, context size, bad answer
├── NotSent              the gateway: a request that may not leave this machine; nothing was sent
│   └── BudgetSpent      it would cost more than the user allows
├── Refused              the gate: no reply of the model's may stand; the document is untouched
└── Stale                the document changed inside the span meanwhile; nothing was applied
"""

from __future__ import annotations

import errno


def explain_os_error(error: OSError) -> str:
    """What the system said, in a sentence for the user: which file, what is wrong, what helps."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" to write {error.filename}" if error.filename else ""
        return f"There is no room left on the disk{where}. Make some, and try again."
    if error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}."
    return str(error.strerror or error)


class DeskmateError(Exception):
    """The root of the tree above. `str(error)` is what the user reads."""


class ActionError(DeskmateError):
    """There is no such action, its file is broken, or what it was given is of no use to it."""


class NotApplicable(ActionError):
    """The action does not apply at this place."""


class DiskSilent(DeskmateError, TimeoutError):
    """What a file lies on does not answer, such as a network's folder whose server is gone."""

    def __init__(self, silent: object) -> None:
        super().__init__(f"{silent} does not answer, so nothing there can be read or written.")


class ModelError(DeskmateError):
    """A model file is missing, cannot be fetched, or is not the file it should be."""


class ModelMissing(ModelError):
    """No model is installed yet."""


class EngineError(DeskmateError):
    """The model could not answer."""


class EngineUnavailable(EngineError):
    """The engine did not start, or nothing listens at its address."""


class EngineLost(EngineError):
    """The engine went away in the middle of an answer."""


class EngineTimeout(EngineError):
    """The engine said nothing for longer than `local.timeout` seconds."""


class EngineRejected(EngineError):
    """The engine answered with an error, or with something that is no answer."""


class EngineDeclined(EngineRejected):
    """The model answered, and says no, or its answer is held back; it may cost what any does."""


class NotSent(DeskmateError):
    """The gateway: a request may not leave this machine, so nothing of it was sent."""


class BudgetSpent(NotSent):
    """A request would cost more than the user allows in a day or a month."""


class Refused(DeskmateError):
    """No reply may stand, after every repair turn. `tried` says what each reply of `model` failed
    on, `reply` is the last of them; the tokens are those of all of them together. `elsewhere` is
    the provider of a model that is not on this machine, `failed` what judges said of the best.
    """

    def __init__(
        self,
        message: str,
        tried: tuple[str, ...],
        reply: str,
        model: str,
        *,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
    ) -> None:
        super().__init__(message)
        self.tried = tried
        self.reply = reply
        self.model = model
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens
        self.elsewhere = ""
        self.failed = ""


class Stale(DeskmateError):
    """The document was edited inside the span while the model was answering."""
