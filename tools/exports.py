"""Write the tables of public names, from the imports for type checkers in each `__init__.py`.

See `grad_core.lazy`; grad-init, which does not depend on grad-core, has a copy of it. Run as
`python tools/exports.py`; with `--check` nothing is written, and the exit status says whether
something would be.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGES = Path(__file__).parents[1] / "packages"
HEAD = '''"""Where the public names are. Written by `hatch run lint:fix`, from each `__init__.py`."""

EXPORTS = {
'''


def lazy_imports(init: Path) -> list[ast.ImportFrom]:
    """The imports under `if TYPE_CHECKING:`."""
    found = [
        statement
        for block in ast.parse(init.read_text("utf-8")).body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
    ]
    return [x for x in found if isinstance(x, ast.ImportFrom)]


def exports(init: Path, package: str) -> dict[str, str]:
    """The module of each name that a package loads when it is used."""
    table: dict[str, str] = {}
    for statement in lazy_imports(init):
        for alias in statement.names:
            name = alias.name
            is_module = (init.parent / f"{name}.py").exists() or (init.parent / name).is_dir()
            if alias.asname != name or statement.module is None or statement.level:
                raise SystemExit(f"{init}: write `from {statement.module} import {name} as {name}`")
            if is_module and statement.module != package:
                raise SystemExit(f"{init}: {name} is the name of a file, too: import it at once")
            table[name] = f"{package}.{name}" if is_module else statement.module
    return table


def text(source: Path) -> str:
    """The file of one distribution, with a table for each lazy package."""
    lines = [HEAD]
    for init in sorted(source.rglob("__init__.py"), key=lambda path: path.parent.parts):
        package = ".".join(init.parent.relative_to(source.parent).parts)
        if table := exports(init, package):
            lines.append(f'    "{package}": {{\n')
            lines += [f'        "{name}": "{place}",\n' for name, place in table.items()]
            lines.append("    },\n")
    return "".join([*lines, "}\n"])


def wanted() -> dict[Path, str]:
    """What the generated files should say."""
    files = {path: text(path.parent) for path in PACKAGES.glob("*/src/*/exports.py")}
    lazy = (PACKAGES / "grad-core/src/grad_core/lazy.py").read_text("utf-8")
    files[PACKAGES / "grad-init/src/grad_init/lazy.py"] = lazy.replace("grad_core", "grad_init")
    return files


def main() -> None:
    """Write what has changed, or say so."""
    stale = {p: new for p, new in wanted().items() if p.read_text("utf-8") != new}
    if "--check" not in sys.argv:
        for path, new in stale.items():
            path.write_text(new, "utf-8")
    elif stale:
        raise SystemExit(f"to be made anew, by `hatch run lint:fix`: {', '.join(map(str, stale))}")


if __name__ == "__main__":
    main()
