"""Prints a Terraform file from standard input as JSON: {block type: [block]}, with the labels of a block as keys.

    .tools/hcl/bin/python tests/cdk/hcl_as_json.py < main.tf
"""
import json
import sys

import hcl2

plain = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
print(json.dumps(hcl2.loads(sys.stdin.read(), serialization_options=plain)))
