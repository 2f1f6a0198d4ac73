"""Participation coverage and the level it gives (S4:341-349), the heart of the score."""
