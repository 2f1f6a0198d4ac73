"""What the product costs: edges, pages, checks and imports, measured side by side. `make bench` runs it all.

Nothing here asserts a figure; docs/benchmarks.md says what each one means.
"""
