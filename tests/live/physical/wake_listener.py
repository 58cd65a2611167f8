#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wake_listener.py MAC PROGRAM LOG: a network card that listens while its machine is off. Runs
PROGRAM when a magic packet for MAC arrives, and writes a line into LOG."""
import socket
import subprocess
import sys

mac = bytes.fromhex(sys.argv[1].replace(":", ""))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as card:
    card.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    card.bind(("0.0.0.0", 9))
    while True:
        packet, sender = card.recvfrom(2048)
        if packet != b"\xff" * 6 + mac * 16:
            continue
        with open(sys.argv[3], "a", encoding="utf-8") as log:
            log.write(f"wake from {sender[0]}\n")
        subprocess.run([sys.argv[2]], check=False, stdin=subprocess.DEVNULL)
