"""Who can reach whom: what handlers find when they open a connection.

What lives here: `reach` (the network of one cloud), `outside` (hosts that a world was told of, with staged
answers), `aws_hosts` (AWS's own hosts, answered by the cloud through `sandbox.wire`) and `asking` (what code
may ask, checked). What does not: the sockets that code sees, see `sandbox.runtime.sockets`.
"""
