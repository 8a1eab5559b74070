"""Who uses a stack that is thrown away: players in a race, game servers, partners, Nakama's own client.

Knows the service as anybody does, by its URL; must not know how it was deployed.
"""
