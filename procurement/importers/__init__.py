"""Reading what other systems export about procurement: purchases, suppliers, and what is pasted from a sheet."""
