"""The law of procurement: one module for each kind of case, each read in a minute."""
