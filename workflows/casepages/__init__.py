"""What the officers' pages of every kind of case have in common. An app adds its forms, words, addresses."""
