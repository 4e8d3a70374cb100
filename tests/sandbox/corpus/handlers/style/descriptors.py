"""A tiny validation library: descriptors, __init_subclass__, abstract bases, protocols, operators."""

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable


class Field:
    def __init__(self, kind, *checks, default=...):
        self.kind, self.checks, self.default = kind, checks, default

    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = {**getattr(owner, "fields", {}), name: self}

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__.get(self.name, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        for check in self.checks:
            if not check(value):
                raise ValueError(f"{self.name} is not valid: {value!r}")
        instance.__dict__[self.name] = value


class Model(ABC):
    registry = {}

    def __init_subclass__(cls, kind="", **kwargs):
        super().__init_subclass__(**kwargs)
        Model.registry[kind or cls.__name__.lower()] = cls

    def __init__(self, **values):
        missing = [n for n, f in self.fields.items() if f.default is ... and n not in values]
        if missing:
            raise ValueError(f"missing: {', '.join(missing)}")
        for name, value in values.items():
            setattr(self, name, value)

    @abstractmethod
    def weight(self): ...

    def __lt__(self, other):
        return self.weight() < other.weight()


class Parcel(Model):
    grams = Field(int, lambda g: g > 0, lambda g: g < 30_000)
    label = Field(str, default="-")

    def weight(self):
        return self.grams


class Letter(Model, kind="mail"):
    pages = Field(int)

    def weight(self):
        return self.pages * 5

    @property
    def label(self):
        return f"letter of {self.pages}"


@runtime_checkable
class Labelled(Protocol):
    label: str


def handler(event, context):
    things, errors = [], []
    for entry in event["things"]:
        kind, *_ = entry
        try:
            things.append(Model.registry[kind](**entry[kind]))
        except (TypeError, ValueError) as error:
            errors.append(f"{type(error).__name__}: {error}")
    return {
        "kinds": sorted(Model.registry),
        "order": [t.label for t in sorted(things)],
        "errors": errors,
        "labelled": all(isinstance(t, Labelled) for t in things),
    }
