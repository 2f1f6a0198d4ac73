"""Readers of other systems' exports: `reading` knows files, each format knows its rows, `writing` makes complaints."""
