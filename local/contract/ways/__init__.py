"""The ways to sign in: what each provider's credential is, and the three verbs that all of them have."""
