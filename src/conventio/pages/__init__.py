"""Pages that people read: reports as HTML."""
