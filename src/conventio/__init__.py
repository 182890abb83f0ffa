"""Belgian health-insurance agreements and care attestations, run from the law as data."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conventio.claims.check import Answer, check

__version__ = "0.1.0"
__all__ = ["Answer", "__version__", "check"]


def __getattr__(name: str) -> Any:
    """Load what a program asks for when it asks: the command line answers at once without it."""
    if name in ("Answer", "check"):
        from conventio.claims import check

        return getattr(check, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
