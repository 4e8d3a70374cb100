"""The world as handler code sees it: time, threads, chance, folders and AWS, virtual and always the same.

What lives here: one module for each thing that Python would ask of the system, with an `install` that puts
ours in its place, in the zygote and before anything else is imported. The network is in
`sandbox.runtime.sockets`.
"""
