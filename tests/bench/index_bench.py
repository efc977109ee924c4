"""The index: how long its process takes for a generated project, how much memory, disk and
patience. `python tests/bench/index_bench.py 1000000` alone takes a project of a million lines, and
one that names a folder takes that.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from figures import line

from deskmate.settings.project import Project, project_of
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.store import open_store, store_path
from deskmate.workspace.walk import walk_project

LINES = 100_000
CHANGES = 20

WORDS = """
order row stock bank account money customer price rate total ledger item part batch ship note draft
reply query index span token page chart route queue cache event file folder user
""".split()  # noqa: SIM905

PYTHON = '''
class {Name}({Base}):
    """The {name} of one {other}. It is kept until it is paid."""

    limit: int = {n}
    rows: list[{Other}]

    def __init__(self, {other}: {Other}, *, most: int = {n}) -> None:
        self._{other} = {other}
        self._most = most

    def {verb}_{name}(self, {other}: {Other}, text: str = "") -> {Base}:
        """{Verb} one {other}, unless there are too many."""
        found = []
        for number, one in enumerate(self.rows):
            if number > self._most or not text:
                raise ValueError(f"too many: {{number}} of {{len(found)}}")
            found.append(one.{verb}(text.strip(), number * {n}))
        return {verb}_all(found, self._{other})


def {verb}_{other}_{n}(values: dict[str, {Name}], most: int) -> list[{Name}]:
    """What {verb} makes of each value, at most so many."""
    kept = [value for key, value in values.items() if key and value.limit < most]
    return sorted(kept, key=lambda value: value.limit)[:most]
'''

TYPESCRIPT = """
/** The {name} of one {other}. It is kept until it is paid. */
export class {Name} extends {Base} implements Has{Other} {{
  private readonly rows: {Other}[] = [];
  limit = {n};

  constructor(private readonly {other}: {Other}, most = {n}) {{
    super(most);
  }}

  /** {Verb} one {other}, unless there are too many. */
  {verb}{Name}({other}: {Other}, text?: string): Promise<{Base}> {{
    const found: {Other}[] = [];
    for (const [number, one] of this.rows.entries()) {{
      if (number > this.limit || !text) {{
        throw new Error(`too many: ${{number}} of ${{found.length}}`);
      }}
      found.push(one.{verb}(text.trim(), number * {n}));
    }}
    return {verb}All(found, this.{other});
  }}
}}

export const {verb}{Other}{n} = (values: Map<string, {Name}>, most: number): {Name}[] =>
  [...values.values()].filter((value) => value.limit < most).slice(0, most);
"""

GO = """
// {Name} is the {name} of one {other}. It is kept until it is paid.
type {Name} struct {{
	{Base}
	Limit int
	rows  []{Other}
	{other} *{Other}
}}

// {Verb}{Name} does that for one {other}, unless there are too many.
func (n *{Name}) {Verb}{Name}({other} {Other}, text string) (*{Base}, error) {{
	var found []{Other}
	for number, one := range n.rows {{
		if number > n.Limit || text == "" {{
			return nil, fmt.Errorf("too many: %d of %d", number, len(found))
		}}
		found = append(found, one.{Verb}(strings.TrimSpace(text), number*{n}))
	}}
	return {verb}All(found, n.{other}), nil
}}

func {verb}{Other}{n}(values map[string]{Name}, most int) []{Name} {{
	kept := make([]{Name}, 0, most)
	for key, value := range values {{
		if key != "" && value.Limit < most {{
			kept = append(kept, value)
		}}
	}}
	return kept
}}
"""

JAVA = """
/** The {name} of one {other}. It is kept until it is paid. */
class {Name} extends {Base} implements Has{Other} {{
  private static final int LIMIT = {n};
  private final List<{Other}> rows = new ArrayList<>();
  private final {Other} {other};

  {Name}({Other} {other}, int most) {{
    this.{other} = {other};
  }}

  /** {Verb} one {other}, unless there are too many. */
  public {Base} {verb}{Name}({Other} {other}, String text) {{
    List<{Other}> found = new ArrayList<>();
    for (int number = 0; number < rows.size(); number++) {{
      if (number > LIMIT || text == null) {{
        throw new IllegalStateException("too many: " + number + " of " + found.size());
      }}
      found.add(rows.get(number).{verb}(text.trim(), number * {n}));
    }}
    return {Verb}er.all(found, this.{other});
  }}
}}
"""

LANGUAGES = {
    ".py": ("from {module} import {Base}, {Other}\n\n", PYTHON),
    ".ts": ('import {{ {Base}, {Other} }} from "./{module}";\n', TYPESCRIPT),
    ".go": ('package {module}\n\nimport (\n\t"fmt"\n\t"strings"\n)\n', GO),
    ".java": ("package bench.{module};\n\nimport bench.other.{Base};\n", JAVA),
}


def indexing(lines: int = LINES) -> None:
    """A generated project of so many lines."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        generate(root, lines)
        measure(root, f"{lines:,} generated lines")


def generate(root: Path, lines: int) -> None:
    """A project in four languages, 300 lines a file, 20 files a folder."""
    chance = random.Random(0)
    written = count = 0
    while written < lines:
        suffix, (first, body) = list(LANGUAGES.items())[count % len(LANGUAGES)]
        text = first.format(**names(chance))
        while text.count("\n") < 300:
            text += body.format(**names(chance))
        path = root / f"part{count // 20}" / f"{chance.choice(WORDS)}_{count}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written += text.count("\n")
        count += 1


def names(chance: random.Random) -> dict[str, Any]:
    name, other, base, verb, module = (chance.choice(WORDS) for _ in range(5))
    number = chance.randrange(10_000)
    kind = f"{name.title()}{chance.choice(WORDS).title()}{number % 100}"
    return {
        **{"name": name, "Name": kind, "other": other, "Other": other.title()},
        **{"Base": f"Base{base.title()}", "verb": verb, "Verb": verb.title()},
        **{"module": module, "n": number},
    }


def measure(root: Path, title: str) -> None:
    """The figures of one project."""
    project = project_of(root / "x", root)
    assert project is not None
    sources = [found[0] for found in walk_project(project) if found]
    texts = [path.read_bytes() for path in sources]
    size, lines = sum(map(len, texts)), sum(text.count(b"\n") for text in texts)
    print(f"The index of {title}: {len(sources):,} files, {lines:,} lines, {size / 1e6:.1f} MB")
    store_path(project.folder).unlink(missing_ok=True)
    began = time.perf_counter()
    process = start(project)
    try:
        opened = next(seconds_until(process, project, sources[len(sources) // 2], began))
        memory = until_complete(process)
        wall = time.perf_counter() - began
        cpu = processor_time(process)
        store = store_path(project.folder)
        disk = sum(one.stat().st_size for one in store.parent.glob(f"{store.name}*"))
        print(
            f"  built in {wall:.1f} s, {cpu:.1f} s of one core: {lines / cpu:,.0f} lines a second"
        )
        print(f"  memory of the process {memory / 1e6:.0f} MB   ≤ 150 MB")
        print(f"  bytes of index a byte of source {disk / size:.3f}   ≤ 0.25")
        line("  first file with its imports", [opened], "≤ 1000 ms")
        line("  a changed file is known", list(changes(process, project, sources)), "≤ 50 ms")
        changed = (processor_time(process) - cpu) / CHANGES
        print(f"  processor time of one change {1000 * changed:.0f} ms   ≤ 50 ms")
        look_up(project, sources)
    finally:
        process.kill()
        process.wait()


def start(project: Project) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "deskmate.workspace.index.host", str(project.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def tell(process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def seconds_until(
    process: subprocess.Popen[bytes], project: Project, path: Path, began: float
) -> Iterator[float]:
    """Until an opened file is in the index."""
    tell(process, {"open": str(path)})
    store = open_store(project.folder)
    while store.stamp(path) is None:
        time.sleep(0.002)
    store.close()
    yield time.perf_counter() - began


def until_complete(process: subprocess.Popen[bytes]) -> int:
    """Waits until all is read; the most memory that was seen meanwhile."""
    assert process.stdout is not None
    most = 0
    for said in process.stdout:
        most = max(most, psutil.Process(process.pid).memory_info().rss)
        if b"complete" in said:
            break
    return most


def processor_time(process: subprocess.Popen[bytes]) -> float:
    """Seconds of a core that it has used."""
    used = psutil.Process(process.pid).cpu_times()
    return used.user + used.system


def changes(
    process: subprocess.Popen[bytes], project: Project, sources: list[Path]
) -> Iterator[float]:
    store = open_store(project.folder)
    for path in random.Random(1).sample(sources, CHANGES):
        os.utime(path)
        stamp = path.stat().st_mtime_ns
        began = time.perf_counter()
        tell(process, {"changed": [str(path)]})
        while (known := store.stamp(path)) is None or known.modified != stamp:
            time.sleep(0.001)
        yield time.perf_counter() - began
    store.close()


def look_up(project: Project, sources: list[Path]) -> None:
    """Names that are defined somewhere, each asked for the first time."""
    store = open_store(project.folder)
    chance = random.Random(2)
    chosen = [chance.choice(sources) for _ in range(200)]
    known = [(path, ProjectIndex(project, {}, store).symbols(path)) for path in chosen]
    wanted = [(path, chance.choice(one.definitions).name) for path, one in known if one.definitions]
    finding, using = [], []
    for path, name in wanted:
        began = time.perf_counter()
        ProjectIndex(project, {}, store).find(name, near=path, most=1)
        finding.append(time.perf_counter() - began)
        began = time.perf_counter()
        store.using(name)
        using.append(time.perf_counter() - began)
    line("  a definition by name", finding, "≤ 2 ms")
    line("  the files that use a name", using)
    store.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        for given in sys.argv[1:] or [str(LINES)]:
            if given.isdigit():
                indexing(int(given))
            else:
                measure(Path(given).resolve(), given)
            shutil.rmtree(Path(cache) / "deskmate", ignore_errors=True)
