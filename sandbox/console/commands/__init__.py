"""Commands of AWS CLI that are no API operations: `aws s3`, `aws logs tail`, those that are refused in words.

`highlevel.py` has the table of them; `custom.py` their options and words, `tail.py` the log's tail, `s3.py`,
`s3places.py` and `s3transfer.py` the files and objects of `aws s3`.
"""
