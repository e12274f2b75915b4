"""What needs numerics: the same person or company, and what is likely to come."""
