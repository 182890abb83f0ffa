"""Measurements: a whole check against a floor, one attestation, and where the time goes."""
