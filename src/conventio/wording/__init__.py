"""What people read: catalogues of sentences, and amounts and dates as people write them."""
