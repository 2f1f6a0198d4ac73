"""The pool of citizens: who may be drawn, who is next in line, and what of them is sealed."""
