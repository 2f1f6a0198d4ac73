"""Setting documents in official form: the fonts, what makes a text fit to be set, and the way to a PDF."""
