"""Conflicts of interest between people who sit on committees and those who bid (domain.md, section 3). Pure.

`facts` says what goes in and what comes out, `names` and `addresses` read texts, `sounds` finds names that sound alike,
`likeness` ranks them, `matching` looks a person up among the bidders. Names and addresses only find; a person decides.
"""
