"""Parts of the outbox and inbox."""
