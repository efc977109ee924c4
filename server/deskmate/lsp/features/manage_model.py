"""`deskmate.model`: what is loaded and what it takes; another model, a pause, its memory back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from deskmate.errors import ActionError, DeskmateError
from deskmate.lsp.arguments import read_object, read_text
from deskmate.lsp.features.install_model import install_model
from deskmate.lsp.model import Doing
from deskmate.lsp.outcome import Outcome, to_outcome
from deskmate.lsp.pygls_protocol import MODEL
from deskmate.settings.engines import ENGINES, unused

if TYPE_CHECKING:
    from deskmate.engines.models.catalogue import Model
    from deskmate.lsp.jobs import Job
    from deskmate.lsp.session import Session

PAUSE, RESUME = "Pause: no model is asked", "Go on: the model is asked again"
UNLOAD = "Give its memory back until the next request"
INSTALL = "Install another model…"


async def manage(session: Session, *arguments: Any) -> dict[str, Any]:
    """Lets the user choose, or does what the argument says: `do` is `pause`, `resume` or `unload`,
    `model` the name of one that answers from now on.
    """
    try:
        given = read_object(MODEL, arguments or ({},), "do?, model?")
        doing, name = read_text(MODEL, given, "do", ""), read_text(MODEL, given, "model", "")
        if doing and doing not in get_args(Doing):
            known = ", ".join(f"`{one}`" for one in get_args(Doing))
            raise ActionError(f"{MODEL}: `do` is one of {known}.")
        if not doing and not name:
            doing, name = await _choose(session)
        done = await _do(session, doing, name)
    except DeskmateError as error:
        return session.answer_now(to_outcome(error), wait=False)
    if done:
        session.client.say(done)
    return Outcome("ready" if done else "cancelled", done).to_wire()


async def _choose(session: Session) -> tuple[str, str]:
    """What the user wants done, and with which model; "" for neither. Raises ActionError where the
    editor cannot ask.
    """
    models = await asyncio.to_thread(_list_models, session)
    title = await _describe(session)
    actions = {RESUME: "resume"} if session.model.paused else {PAUSE: "pause"}
    if session.model.loaded:
        actions[UNLOAD] = "unload"
    named = {_name(one): one.name for one in models if one.file}
    others = {_name(one): one.name for one in models if not one.file}
    more = [INSTALL] if others else []
    taken = await session.client.pick(title, [*actions, *named, *more])
    if taken == INSTALL:
        taken = await session.client.pick("Which model shall be installed?", list(others))
    if taken is None:
        raise ActionError(
            f"{title} This editor shows no list to choose from. Set `local.model` to another "
            f'(`deskmate models list` shows them), or run `{MODEL}` with {{"do": "pause"}}, '
            '{"do": "resume"} or {"do": "unload"}.'
        )
    return actions.get(taken, ""), named.get(taken) or others.get(taken, "")


def _list_models(session: Session) -> tuple[Model, ...]:
    """The models that may answer here, those that are installed with their `file`."""
    from dataclasses import replace

    from deskmate.engines.models.catalogue import is_installed, known

    if not ENGINES[session.configuration.settings.local.engine].catalogue:
        return ()
    models = (one for one in known() if one.use != "completing")
    listed = [one if is_installed(one) else replace(one, file="") for one in models]
    return tuple(sorted(listed, key=lambda one: not one.file))


def _name(model: Model) -> str:
    """A model as it is listed."""
    about = f"{model.size / 1e6:,.0f} MB, takes {model.memory:g} GB of memory"
    return f"{model.name}: {'' if model.file else 'to be installed, '}{about}"


async def _describe(session: Session) -> str:
    """What answers and how it is with it, in a sentence."""
    from deskmate.engines.hosts.memory import measure_memory, tell_others
    from deskmate.engines.table import describe_engine

    local = session.configuration.settings.local
    model, host, problem = await asyncio.to_thread(describe_engine, local)
    if not model:
        return problem
    taken = await asyncio.to_thread(measure_memory)
    shared = f" (shared with {others})" if (others := tell_others()) else ""
    state = f"loaded, takes {taken / 1e9:.1f} GB of memory{shared}" if taken else "not loaded"
    if not ENGINES[local.engine].host:
        state = f"runs on {host}" if host else "runs in a program of its own"
    paused = "; paused" if session.model.paused else ""
    return f"{model}: {state}{paused}."


async def _do(session: Session, doing: str, name: str) -> str:
    """Does it; a sentence on that, "" for nothing. Raises ModelError."""
    from deskmate.engines.hosts.memory import tell_others

    if name:
        return await _use(session, name)
    match doing:
        case "pause":
            session.model.paused = True
            session.jobs.start("Giving memory back", partial(_unload, session))
            return "Deskmate is paused: no model is asked until you let it go on."
        case "resume":
            session.model.paused = False
            return "Deskmate goes on."
        case "unload":
            others = tell_others()
            session.jobs.start("Giving memory back", partial(_unload, session))
            if others:
                return (
                    f"The model stays in memory for {others} of your editors; this one lets it go."
                )
            return "The model's memory is given back; the next request loads it again."
    return ""


async def _unload(session: Session, job: Job) -> Outcome:
    await session.model.unload()
    return Outcome("ready", "")


async def _use(session: Session, name: str) -> str:
    """Has that model answer from now on, after it has been installed where it is not there. Raises
    ActionError, before anything is fetched, where no model of ours would answer.
    """
    from deskmate.engines.models.catalogue import find, is_installed

    model = await asyncio.to_thread(find, name)
    engine = session.configuration.settings.local.engine
    if not ENGINES[engine].catalogue:
        raise ActionError(unused(engine))
    if not await asyncio.to_thread(is_installed, model):
        job = session.jobs.start(f"Installing {name}", partial(_install, session, name))
        outcome = await job.wait()
        if outcome.status != "ready":
            raise ActionError(outcome.message)
    await session.use_model(name)
    return f"{name} answers in this session from now on; set `local.model` to it to keep it."


async def _install(session: Session, name: str, job: Job) -> Outcome:
    await install_model(session, job, name)
    return Outcome("ready", "")
