"""What was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("grad-core", "grad-nn", "numpy", "torch", "jax", "mygrad", "autograd")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    said = {name.strip(): value.strip() for name, value in fields.items()}
    name = said.get("model name", platform.machine())
    if "cpu family" in said:
        name += f" (family {said['cpu family']}, model {said.get('model', '?')})"
    return name


def gigabytes() -> float | None:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return None


def load() -> str:
    """How many processes wanted a core in the minute before: the fewer, the better the numbers."""
    return f"{os.getloadavg()[0]:.1f} processes" if hasattr(os, "getloadavg") else "unknown"


def describe() -> dict[str, str]:
    """Describe processor, memory, system and versions."""
    memory = gigabytes()
    found = {
        "processor": f"{processor()}, {cores()} cores",
        "memory": "unknown" if memory is None else f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
        "busy with other things": load(),
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
