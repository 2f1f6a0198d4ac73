"""Documents in official form."""
