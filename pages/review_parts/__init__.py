"""Parts of the review queue."""
