"""Folders of tables: schemas, reading, validation in the engine, and output that is never half-written."""
