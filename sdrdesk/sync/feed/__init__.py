"""The team feed over NATS JetStream: the relay that writes it, and the desks that read it.

``nats`` comes with ``sdrdesk[team]`` and is imported in the functions that speak to a server: desks
without a feed need neither the package nor its memory.
"""
