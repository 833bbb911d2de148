#!/usr/bin/env python3
"""embed.py LIST FILE... [-- LIST FILE...]: the files as C arrays, on standard output."""
import os
import sys


def array(name, files):
    for number, path in enumerate(files):
        data = open(path, "rb").read()
        rows = [data[i:i + 32] for i in range(0, len(data), 32)] or [b"\0"]
        lines = "".join("    " + ",".join(map(str, row)) + ",\n" for row in rows)
        print(f"static const unsigned char {name}_{number}[] = {{\n{lines}}};")
    print(f"const struct cdi_embedded cdi_embedded_{name}[] = {{")
    for number, path in enumerate(files):
        print(f'    {{ "{os.path.basename(path)}", {name}_{number}, {os.path.getsize(path)} }},')
    print("    { NULL, NULL, 0 }\n};")


print('#include "edge/embedded.h"\n')
group = []
for word in sys.argv[1:] + ["--"]:
    if word == "--":
        array(group[0], group[1:])
        group = []
    else:
        group.append(word)
