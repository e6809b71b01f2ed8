"""Run commands at once, as many as there are cores: `python tools/together.py mypy "pyright -v"`.

What a command prints is shown when it ends. The exit status says whether any of them failed; all
of them run to their end.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed


def run(command: str) -> subprocess.CompletedProcess[bytes]:
    """The finished command, with all that it printed."""
    return subprocess.run(
        shlex.split(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


def main(commands: list[str]) -> int:
    """Returns 1 if one of them failed."""
    failed = False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run, command): command for command in commands}
        for future in as_completed(running):
            done = future.result()
            print(f"--- {running[future]}", flush=True)
            sys.stdout.buffer.write(done.stdout)
            sys.stdout.flush()
            failed |= done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
