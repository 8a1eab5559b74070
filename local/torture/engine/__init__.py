"""DynamoDB in memory: what the functions use of it, as it answers them, without a clock or a thread of its own.

Must not know the functions, the faults or the schedule.
"""
