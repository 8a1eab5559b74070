"""The documentation as a site: `docs/` as pages, the API's reference with samples, checked links.

Knows docs/ and what stands beside it, and docs/openapi.json; must not know the gateway, the store or a deployment.
"""
