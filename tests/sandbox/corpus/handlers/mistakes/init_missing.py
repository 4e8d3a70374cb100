import json

import pandas as pd


def handler(event, context):
    return json.loads(pd.DataFrame(event).to_json())
