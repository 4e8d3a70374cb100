import importlib
import importlib.resources
import pkgutil

import shop
from shop import catalog


def handler(event, context):
    plugins = {
        name: importlib.import_module(f"shop.{name}").describe()
        for _, name, is_package in pkgutil.iter_modules(shop.__path__)
        if name.startswith("plugin_") and not is_package
    }
    text = importlib.resources.files("shop.data").joinpath("items.txt").read_text()
    return {
        "items": [catalog.price(line) for line in text.split()],
        "plugins": plugins,
        "version": shop.__version__,
        "module": catalog.__name__,
    }
