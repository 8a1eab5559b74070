"""Lets players in whom Symbolon knows: see `symbolon.oauth.authorizer`, which is in Symbolon's layer."""

from symbolon.oauth.authorizer import authorizer

handler = authorizer("studio-api")
