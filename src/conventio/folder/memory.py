"""How much memory an engine may take on this machine, beside whatever else runs on it."""

from __future__ import annotations

import os
from pathlib import Path

SHARE = 0.7
"""Of the memory that is free: the rest is for what the engine does not count, and for others."""
LEAST = 512 << 20
MOST = 4864 << 20
"""More makes nothing faster: what does not fit is done in parts."""


ASKED_SHARE = 0.9
"""Of the memory that is free, where somebody asks for much."""


def allowed() -> int:
    """Bytes that the engine takes unless told otherwise: `MOST` where nobody says what is free."""
    free = _free()
    return MOST if free is None else min(MOST, max(LEAST, int(free * SHARE)))


def bounded(asked: int) -> int:
    """What the engine takes of the bytes that somebody asks for: no more than can be had here.

    An engine that takes more ends in the middle of its work, or is ended by the system.
    """
    free = _free()
    return asked if free is None else min(asked, max(LEAST, int(free * ASKED_SHARE)))


def of_machine() -> int | None:
    """All the memory that this machine has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _free() -> int | None:
    free = [found for found in (_of_machine(), _of_group()) if found is not None]
    return min(free) if free else None


def _of_machine() -> int | None:
    """What can be given without swapping, as Linux reckons it."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) << 10
    except (OSError, ValueError):
        pass
    whole = of_machine()
    return None if whole is None else whole // 2


def _of_group(place: Path = Path("/sys/fs/cgroup")) -> int | None:
    """What the group of this process has left of its own limit, where it has one."""
    try:
        most = (place / "memory.max").read_text(encoding="ascii").strip()
        used = int((place / "memory.current").read_text(encoding="ascii"))
        return None if most == "max" else max(int(most) - used, 0)
    except (OSError, ValueError):
        return None
