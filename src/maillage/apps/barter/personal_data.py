"""What the room holds about people."""

PERSONAL_DATA = ()
