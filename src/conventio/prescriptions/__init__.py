"""Prescriptions and their reports: how long they are kept, and the register that holds them."""
