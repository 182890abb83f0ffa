"""How much memory an engine may take on this machine, beside whatever else runs on it."""

from __future__ import annotations

import os
from pathlib import Path

SHARE = 0.7
"""Of the memory that is free: the rest is for what the engine does not count, and for others."""
LEAST = 512 << 20
MOST = 4864 << 20
"""More makes nothing faster: what does not fit is done in parts."""


def allowed() -> int:
    """Bytes that the engine takes unless told otherwise: `MOST` where nobody says what is free."""
    free = [found for found in (_of_machine(), _of_group()) if found is not None]
    return min(MOST, max(LEAST, int(min(free) * SHARE))) if free else MOST


def _of_machine() -> int | None:
    """What can be given without swapping, as Linux reckons it."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) << 10
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return None


def _of_group(place: Path = Path("/sys/fs/cgroup")) -> int | None:
    """What the group of this process has left of its own limit, where it has one."""
    try:
        most = (place / "memory.max").read_text(encoding="ascii").strip()
        used = int((place / "memory.current").read_text(encoding="ascii"))
        return None if most == "max" else max(int(most) - used, 0)
    except (OSError, ValueError):
        return None
