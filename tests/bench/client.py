"""The same create calls without durability: PARALLEL connections that are kept alive, BODIES with
one JSON body a line, ENDPOINT as http://host:port. Prints each answer on a separate line."""

import asyncio
import os
import sys
from urllib.parse import urlsplit


async def worker(address, bodies):
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        "POST /ai/openapi/v2/instance-service/task HTTP/1.1\r\n"
        f"host: {address.netloc}\r\ntoken: {os.environ['INSTANCECTL_TOKEN']}\r\n"
        "content-type: application/json\r\ncontent-length: "
    ).encode()
    for body in bodies:
        writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        fields = answer.lower().split(b"content-length:")[1]
        print((await reader.readexactly(int(fields.split(b"\r\n")[0]))).decode(), flush=True)
    writer.close()


async def main(parallel, bodies, endpoint):
    with open(bodies, "rb") as file:
        # One iterator that all workers draw from.
        lines = iter(file.read().splitlines())
    await asyncio.gather(*(worker(urlsplit(endpoint), lines) for _ in range(int(parallel))))


asyncio.run(main(*sys.argv[1:]))
