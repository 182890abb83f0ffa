"""Belgian health-insurance agreements and care attestations, run from the law as data."""

__version__ = "0.1.0"
