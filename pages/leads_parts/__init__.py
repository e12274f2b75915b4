"""Parts of the leads page."""
