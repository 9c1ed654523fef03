"""The words of the room and its tables of transitions."""
