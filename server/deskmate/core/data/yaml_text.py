"""YAML: read as YAML 1.2 has it, written so that readers of 1.1 and of 1.2 read the same."""

from __future__ import annotations

import json
import re
import sys
from functools import lru_cache
from typing import Any

from deskmate.core.data.json_text import exact_float, whole
from deskmate.core.data.values import Data, check_size
from deskmate.errors import ActionError


def read_yaml(text: str) -> Data:
    """The value of a YAML text, a list of them where it is several documents. Raises ActionError
    that says where it cannot be read.
    """
    import yaml

    try:
        loader = _loader()(text)
        found = []
        while loader.check_data():
            found.append(loader.get_data())
            check_size(found[-1])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}" if mark else ""
        problem = str(error.problem)
        if tag := _TAG.search(problem):
            told = f"The tag `{tag[1].replace(_OWN_TAGS, '!!')}`{where} has no meaning elsewhere."
        elif problem == "second occurrence":
            told = f"A name behind `&` is there twice{where}: give each its own."
        elif "recursive" in problem:
            told = f"What begins{where} holds itself."
        else:
            told = f"This is not YAML: {problem}{where}."
        raise ActionError(told) from None
    except (yaml.YAMLError, ValueError) as error:
        told = " ".join(str(error).split())
        raise ActionError(f"This is not YAML: {told}.") from None
    notes = []
    if loader.renamed:
        shown = ", ".join(f"`{name}`" for name in loader.renamed[:3])
        more = " …" if len(loader.renamed) > 3 else ""
        notes.append(f"Keys that were no text are text now: {shown}{more}.")
    if len(found) > 1:
        notes.append(f"The {len(found)} documents are one list.")
    if re.search(r"^%YAML 1\.1\b", text, re.M):
        notes.append("It says YAML 1.1 and is read as 1.2: `yes` is a text, and `010` is 10.")
    if re.search(r"^[ \t]*#|\s#\s", text, re.M):
        notes.append("Comments are not carried over.")
    if zero := _LEADING_ZERO.search(text):
        line = text.count("\n", 0, zero.start(1)) + 1
        notes.append(
            f"`{zero[1]}` in line {line} is a number in YAML 1.2: put quotes around it where its "
            "zero counts."
        )
    return Data(found[0] if len(found) == 1 else found or None, tuple(notes))


_OWN_TAGS = "tag:yaml.org,2002:"
_TAG = re.compile(r"constructor for the tag '(.+)'")

_LEADING_ZERO = re.compile(r"(?:^|[:\-,\[{])[ \t]+([-+]?0[0-9]+)[ \t]*(?=[,\]}]|\s#|\r?$)", re.M)


def write_yaml(value: Any) -> str:
    """The value, with texts in quotes that any reader would take for something else, and such with
    line breaks as blocks.
    """
    import yaml

    text: str = yaml.dump(
        value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=sys.maxsize
    )
    return text.removesuffix("...\n")


def write_yaml_flow(value: Any) -> str:
    """The same in one line, in brackets."""
    import yaml

    text: str = yaml.dump(
        value,
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=True,
        width=sys.maxsize,
        default_flow_style=True,
    )
    return text.removesuffix("...\n").strip()


_CORE = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
    ("null", r"^(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
    ("merge", r"^<<$", "<"),
)
"""The core schema of YAML 1.2, https://yaml.org/spec/1.2.2/#103-core-schema, and `<<`."""


@lru_cache(maxsize=1)
def _loader() -> Any:
    """As YAML 1.2 has it: `no` and dates are texts; a key that is there twice is an error. By
    libyaml, which is five times as fast, where PyYAML has it: its wheels do.
    """
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def __init__(self, text: str) -> None:
            super().__init__(text)
            self.renamed: list[str] = []

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in _CORE:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    other = {f"tag:yaml.org,2002:{tag}" for tag in ("binary", "timestamp", "set", "omap", "pairs")}
    Loader.yaml_constructors = {
        tag: make for tag, make in yaml.SafeLoader.yaml_constructors.items() if tag not in other
    }

    def mapping(loader: Any, node: Any) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise ActionError(f"What is tagged as a map in line {line_of(node)} is none.")
        own = [key for key, _ in node.value if not key.tag.endswith(":merge")]
        names: dict[str, int] = {}
        for key in own:
            name, line = text_of(loader, key), line_of(key)
            if name in names:
                raise ActionError(
                    f"The key `{name}` is there twice, in the lines {names[name]} and {line}; one "
                    "of them would be lost."
                )
            names[name] = line
        loader.flatten_mapping(node)  # what is merged comes first
        return {
            text_of(loader, key): loader.construct_object(value, deep=True)
            for key, value in node.value
        }

    def sequence(loader: Any, node: Any) -> list[Any]:
        """Made at once, so that one which holds itself is an error."""
        if not isinstance(node, yaml.SequenceNode):
            raise ActionError(f"What is tagged as a list in line {line_of(node)} is none.")
        return [loader.construct_object(value, deep=True) for value in node.value]

    def text_of(loader: Any, node: Any) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise ActionError(f"The key in line {line_of(node)} is neither text nor a number.")
        key = loader.construct_object(node)
        if isinstance(key, str):
            return key
        name = json.dumps(key)
        if name not in loader.renamed:
            loader.renamed.append(name)
        return name

    def line_of(node: Any) -> int:
        return int(node.start_mark.line) + 1

    def truth(loader: Any, node: Any) -> bool:
        written = loader.construct_scalar(node).lower()
        if written not in ("true", "false"):
            raise ActionError(f"`{written}` in line {line_of(node)} is neither true nor false.")
        return bool(written == "true")

    def number(loader: Any, node: Any) -> int:
        written = loader.construct_scalar(node)
        return whole(written, 0 if written[:2] in ("0o", "0x") else 10)

    def fraction(loader: Any, node: Any) -> float:
        written = loader.construct_scalar(node)
        word = written.lower().replace(".inf", "inf").replace(".nan", "nan")
        return float(word) if word[-1:].isalpha() else exact_float(written)

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:seq", sequence)
    Loader.add_constructor("tag:yaml.org,2002:bool", truth)
    Loader.add_constructor("tag:yaml.org,2002:int", number)
    Loader.add_constructor("tag:yaml.org,2002:float", fraction)
    return Loader


@lru_cache(maxsize=1)
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = None
        if _BLOCK.fullmatch(value):
            style = "|"
        elif _TAKEN_FOR_ELSE.fullmatch(value):
            style = "'"
        elif _BREAKS.search(value):
            style = '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


_TAKEN_FOR_ELSE = re.compile(
    r"y|n|yes|no|on|off|true|false|null|[-+]?\.(?:inf|nan)|~|<<|=|"
    r"[-+]?\.?[0-9](?:[0-9a-f_xo:.,+\-etz ]*[0-9a-f_:.tz])?",
    re.IGNORECASE,
)
"""What a reader of YAML 1.1 or 1.2 takes for a truth value, nothing, a number, a time or a date."""

_BREAKS = re.compile("[\n\x85\u2028\u2029]")  # the last three are line ends in YAML 1.1 only

_BLOCK = re.compile(
    r"[^\s#%](?:[^\r\n\t\x85\u2028\u2029]*\S)?(?:\n+ *[^\s](?:[^\r\n\t\x85\u2028\u2029]*\S)?)*\n+|"
    r"[^\s#%](?:[^\r\n\t\x85\u2028\u2029]*\S)?(?:\n+ *[^\s](?:[^\r\n\t\x85\u2028\u2029]*\S)?)+"
)
"""Lines that every reader takes from a block as they are: without blanks at their ends."""
