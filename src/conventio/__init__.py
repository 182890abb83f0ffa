"""Belgian health-insurance agreements and care attestations, run from the law as data."""

from __future__ import annotations

TYPE_CHECKING = False
"""What type checkers take for true; `typing` would take longer to load than all else here."""

if TYPE_CHECKING:
    from typing import Any

    from conventio.claims.check import Answer, check

__version__ = "0.1.0"
__all__ = ["Answer", "__version__", "check"]


def __getattr__(name: str) -> Any:
    """Load what a program asks for when it asks: the command line answers at once without it."""
    if name in ("Answer", "check"):
        from conventio.claims import check

        return getattr(check, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
