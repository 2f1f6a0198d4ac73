"""300 made-up complaints of a real province, told through the product's own actions.

`texts` reads the hand-written Thai of the folder texts/, `story` turns it into what happened to one complaint, day by
day, `plan` draws all of them from one seed, and `play` takes every step through `workflows.transitions`.
"""
