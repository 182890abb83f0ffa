"""Monitoring of third-party payment."""
