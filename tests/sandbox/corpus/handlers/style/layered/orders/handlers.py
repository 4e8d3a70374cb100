from .service import OrderService, UnknownOrder
from .storage import memory

service = OrderService(memory.Store())


def create(event, context):
    return {"id": service.create(event["items"]), "log": context.log_group_name}


def main(event, context):
    try:
        return {"create": create, "read": read}[event["op"]](event, context)
    except UnknownOrder as error:
        return {"error": error.args[0]}


def read(event, context):
    return service.read(event["id"])
