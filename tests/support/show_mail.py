#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""show_mail.py FILE: a mail as a mail reader sees it: the fields decoded, an empty line, the text.
Exits with 1 when Python's parser finds a defect."""
import email
import email.policy
import sys

with open(sys.argv[1], "rb") as file:
    message = email.message_from_binary_file(file, policy=email.policy.default)
defects = list(message.defects)
for name, value in message.items():
    defects += value.defects
    print(f"{name}: {value}")
print()
print(message.get_content().replace("\r\n", "\n"), end="")
if defects:
    print("defects:", defects, file=sys.stderr)
    sys.exit(1)
