"""Documents written anew without what nobody sees on their pages: properties, scripts, files inside.

Nothing here knows Django, the database or a secret: it runs in a process of its own (`python -m workflows.cleaning`),
with little memory and time, for it reads what strangers made. `workflows.contents.documents` starts it and says the
refusals as sentences.
"""
