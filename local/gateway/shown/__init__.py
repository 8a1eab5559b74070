"""What the development server shows in its console: its requests, its settings, and itself.

Knows the gateway and what the console takes; must not know pages.
"""
