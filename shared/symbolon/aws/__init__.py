"""DynamoDB, Secrets Manager and other AWS services, by signed requests.

Knows keys, items, conditions and refusals; must know nothing of this service: no account, no session, no setting.
"""
