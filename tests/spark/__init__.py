"""Spark answers as the embedded engine does: on one machine here, as on a cluster."""
