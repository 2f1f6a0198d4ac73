"""What an edge needs beyond who takes it: one module for each kind of case. Each refusal says what is missing.

A guard is asked twice: without facts, to draw the button (then it speaks only about the case), and with them.
"""
