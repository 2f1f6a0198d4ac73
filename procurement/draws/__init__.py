"""Draws of citizens for committee seats: announced, then drawn with a public random value, then verified by anyone.

What freezes, draws and checks is pure: no Django, no database, no clock. docs/draws.md explains the draw and the file
of its minutes.
"""
