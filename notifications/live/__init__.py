"""The sockets of the pages: everything they send is a row first, so that nothing is lost or doubled by them.

`listening` hears wake-ups, `hub` knows the sockets of this process, `consumer` is one socket, and `reading` is all that
any of them asks the database, for many sockets at once.
"""
