"""What every import of files has in common: reading them safely, counting rows, and telling who started it."""
