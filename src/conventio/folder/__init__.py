"""Folders of tables: schemas, reading, validation in the engine, output never half-written."""
