"""How Django writes dates and times, by language."""
