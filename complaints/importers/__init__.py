"""Readers of other systems' exports: each format knows its rows, `writing` makes complaints of them."""
