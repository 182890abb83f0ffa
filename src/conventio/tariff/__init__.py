"""Fees and the price of a service."""
