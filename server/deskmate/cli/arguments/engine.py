"""`deskmate engine`: its arguments."""

from __future__ import annotations

import argparse

from deskmate.cli.arguments.command import Commands, add_command


def add_engine(commands: Commands) -> None:
    """Adds `engine` to `commands`."""
    parser = add_command(
        commands,
        "engine",
        "find, measure, choose or install a build of llama.cpp",
        None,
        "Finds the build of llama.cpp that is fastest on this machine.",
        """\
examples:
  deskmate engine list           the builds that are here, and that could be installed
  deskmate engine bench          measure those that are here with your model
  deskmate engine use path       have the llama-server on your PATH answer
  deskmate engine build -- -DGGML_VULKAN=ON    compile one, with an option for CMake
""",
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK")
    add_command(tasks, "list", "list the builds that are here, and that could be installed", _list)
    bench = add_command(
        tasks, "bench", "measure builds with the model that answers, and note the fastest", _bench
    )
    bench.add_argument("names", metavar="NAME", nargs="*", help=_WHICH_BUILD)
    use = add_command(tasks, "use", "have a build answer from now on", _use)
    use.add_argument("name", metavar="NAME", help=_WHICH_BUILD)
    install = add_command(
        tasks, "install", "install a build, or print the command that does", _install
    )
    install.add_argument("name", metavar="NAME", help=_WHICH_BUILD)
    build = add_command(tasks, "build", "compile a build for this machine", _build)
    build.add_argument("options", metavar="OPTION", nargs="*", help="an option for CMake")
    remove = add_command(tasks, "rm", "delete a build that Deskmate installed", _remove)
    remove.add_argument("name", metavar="NAME", help=_WHICH_BUILD)


_WHICH_BUILD = "see `engine list`"


def _list(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine import list_engines

    list_engines()


def _bench(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine_bench import bench_engines

    bench_engines(chosen.names)


def _use(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine import use_engine

    use_engine(chosen.name)


def _install(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine import install_engine

    install_engine(chosen.name)


def _build(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine import build_engine

    build_engine(chosen.options)


def _remove(chosen: argparse.Namespace) -> None:
    from deskmate.cli.engine import remove_engine

    remove_engine(chosen.name)
