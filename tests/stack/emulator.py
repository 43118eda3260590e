"""moto, the emulator of AWS, in a process of its own."""
import subprocess
import time
from pathlib import Path
from socket import socket

import boto3

from stack.deployed import LOCAL

MOTO = Path(__file__).resolve().parent.parent.parent / ".tools/moto/bin/moto_server"


def start():
    """Starts moto on a free port, and returns its process and URL."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([MOTO, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # By name: moto reads the first part of a host with dots as a bucket.
    url = f"http://localhost:{port}"
    for _ in range(100):
        try:
            boto3.client("s3", endpoint_url=url, **LOCAL).list_buckets()
            break
        except Exception:  # moto is still starting
            time.sleep(0.2)
    return server, url
