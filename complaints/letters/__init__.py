"""Official letters (หนังสือราชการ): what a letter carries, who signs it, where its number comes from, and its document.

A letter says what a reply, message, referral or request of the case says; nothing is typed twice. What the steps of a
letter write is in `complaints.actions.letters`.
"""
