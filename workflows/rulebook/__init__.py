"""The pages on which an administrator keeps rule data: tables that apps register, a form made from the model, a preview
of what a change does to open cases, and a row of `RuleChange` for everything that was changed.

Any app registers a `Table` (`tables.py`) in ``AppConfig.ready()``; only `rows.py` writes.
"""
