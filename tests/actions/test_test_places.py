"""Where tests go as the tests of their neighbours show."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.actions.test_places import find_place
from deskmate.core.syntax.language import language_for


@pytest.mark.parametrize(
    ("files", "source", "test_file"),
    [
        # the name that the project gives its tests
        ("box.py box_test.py", "box.py", "box_test.py"),
        ("a.py tests/a_test.py", "box.py", "tests/box_test.py"),
        ("a.ts a.spec.ts", "box.ts", "box.spec.ts"),
        ("src/a.ts src/a.spec.ts", "src/deep/box.ts", "src/deep/box.spec.ts"),
        ("src/a.js src/__tests__/a.js", "src/deep/box.js", "src/deep/__tests__/box.js"),
        ("src/a.tsx src/a.test.tsx", "src/box.ts", "src/box.test.ts"),
        ("mod/a.ts mod/a_test.ts", "mod/box.ts", "mod/box_test.ts"),
        # a suffix that is alike
        ("src/box.test.ts", "src/box.tsx", "src/box.test.ts"),
        ("src/box.test.tsx", "src/box.ts", "src/box.test.tsx"),
        ("src/__tests__/box.test.js", "src/box.jsx", "src/__tests__/box.test.js"),
        ("lib/a.ts test/a.test.ts test/box.test.ts", "lib/box.mts", "test/box.test.ts"),
        ("src/box.test.js", "src/box.tsx", "src/box.test.tsx"),
        ("src/a.cc src/a_unittest.cc", "src/box.cc", "src/box_unittest.cc"),
        ("src/main/java/a/A.java src/test/java/a/ATests.java", "src/main/java/b/Box.java",
         "src/test/java/b/BoxTests.java"),
        # the folder that they are in
        ("shop/a.py tests/test_a.py", "shop/cart/box.py", "tests/test_box.py"),
        ("shop/cart/a.py tests/shop/cart/test_a.py", "shop/pay/box.py",
         "tests/shop/pay/test_box.py"),
        ("src/shop/cart/a.py tests/cart/test_a.py", "src/shop/pay/box.py", "tests/pay/test_box.py"),
        ("tests/cart/test_other.py", "src/shop/cart/box.py", "tests/cart/test_box.py"),
        ("shop/a.py tests/unit/test_a.py", "shop/box.py", "tests/unit/test_box.py"),
        ("tests/unit/test_api.py", "shop/box.py", "tests/unit/test_box.py"),
        ("shop/a.py shop/tests/test_a.py", "cart/box.py", "cart/tests/test_box.py"),
        ("src/a/x.js test/a/x.test.js", "src/b/box.js", "test/b/box.test.js"),
        ("src/Cart/A.php tests/Unit/Cart/ATest.php", "src/Pay/Box.php",
         "tests/Unit/Pay/BoxTest.php"),
        ("app/models/a.rb spec/models/a_spec.rb", "app/jobs/box.rb", "spec/jobs/box_spec.rb"),
        ("config/routes.rb test/models/.keep", "app/models/box.rb", "test/models/box_test.rb"),
        ("test/.keep", "lib/shop/box.rb", "test/shop/box_test.rb"),
        # one name in two folders
        ("a/box.py b/box.py tests/a/test_box.py", "b/box.py", "tests/b/test_box.py"),
        ("a/box.py b/box.py tests/a/test_box.py tests/b/test_box.py", "a/box.py",
         "tests/a/test_box.py"),
        # a project in a project, and one whose tests are further out
        ("packages/my-core/pyproject.toml packages/my-core/tests/test_a.py tests/test_all.py",
         "packages/my-core/my_core/box.py", "packages/my-core/tests/test_box.py"),
        ("packages/ui/package.json packages/ui/a.js packages/ui/a.spec.js packages/b/b.test.js",
         "packages/ui/box.js", "packages/ui/box.spec.js"),
        ("core/pyproject.toml core/a.py tests/core/test_a.py", "core/box.py",
         "tests/core/test_box.py"),
        # what is installed shows nothing
        ("node_modules/x/a.js node_modules/x/a.spec.js", "box.js", "box.test.js"),
    ],
)  # fmt: skip
def test_the_neighbours_decide(tmp_path: Path, files: str, source: str, test_file: str) -> None:
    for name in (*files.split(), source):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    language = language_for(None, (tmp_path / source).as_uri())
    assert language is not None
    assert language.tests is not None
    place, _ = find_place(
        language.tests, language.tested_by(Path(source).suffix), tmp_path, tmp_path / source
    )
    assert place.relative_to(tmp_path).as_posix() == test_file
