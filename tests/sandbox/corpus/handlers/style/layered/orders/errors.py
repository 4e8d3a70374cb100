class UnknownOrder(LookupError):
    pass
