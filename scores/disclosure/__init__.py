"""What spans all public pages: the search in them, their use, and the checklist of what they satisfy (OIT)."""
