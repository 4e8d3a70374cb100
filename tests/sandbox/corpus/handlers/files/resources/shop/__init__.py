from .catalog import price

__version__ = "2.1"
__all__ = ["price"]
