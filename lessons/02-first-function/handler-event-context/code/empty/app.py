"""Answers the tablets of the cafe."""


def handler(event, context):
    pass
