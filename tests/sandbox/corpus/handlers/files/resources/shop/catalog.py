from . import plugin_sale
from .data import DEFAULT


def price(item):
    return plugin_sale.apply(len(item) * 1.5 + DEFAULT)
