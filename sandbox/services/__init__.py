"""The services of the pretend AWS: one package each, all alike.

`api.py` has the operations, named and shaped as boto3 has them; `model.py` the state. `base.py` has what all
of them are made of. Services never import each other. A new service is a package with a class that extends
`Service`, and one line in `registry.py`.
"""
