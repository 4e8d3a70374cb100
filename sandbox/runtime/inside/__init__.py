"""Inside a worker: what runs in the processes that host handler code, from the zygote to the handler.

What lives here: `zygote` (the warm process that all workers are forked from), `worker` (one process), `hub`
(its frames), `resident` (one execution environment), `stage` (its segments), `views` (what of the process is
its own), `handlers`, `context`, `output` and `absent`. Nothing here is imported by the engine's process.
"""
