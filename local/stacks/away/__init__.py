"""A stack in another region: copies that follow, and the switch to them. Must not know the development gateway."""
