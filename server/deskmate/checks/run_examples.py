"""Runs the examples in the documentation of one Python file: `run_examples.py FILE [NAME]`.

It is run in the jail by the project's interpreter, and says for each function whether what its
examples promise is so: `ok - NAME` or `not ok - NAME`. It imports nothing of Deskmate's.
"""

import doctest
import importlib
import io
import os
import sys

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _main(file: str, symbol: str) -> None:
    folder, name = os.path.split(os.path.abspath(file))
    module = [] if name == "__init__.py" else [name.rpartition(".")[0]]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        module.insert(0, name)
    sys.path.insert(0, folder)
    found = importlib.import_module(".".join(module))
    runner = doctest.DocTestRunner(verbose=False, optionflags=_FLAGS)
    for test in doctest.DocTestFinder().find(found):
        if test.examples and (not symbol or symbol in test.name.split(".")):
            said = io.StringIO()
            failed, _ = runner.run(test, out=said.write)
            print(said.getvalue(), "not ok" if failed else "ok", " - ", test.name, sep="")


_main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
