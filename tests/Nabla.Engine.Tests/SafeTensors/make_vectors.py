"""Writes a small safetensors file by the text of the format, with nothing but struct and json.

Format: 8 bytes (unsigned, little-endian) with the length N of the header; N bytes of JSON, an object from each name to
{"dtype", "shape", "data_offsets": [begin, end]} (relative to the end of the header), padded with spaces; the data.
Prints the bytes as hexadecimal; they stand in SafeTensorsFileTests.cs.
"""
import json
import struct

entries = [
    ("ints", "I64", [2], struct.pack("<2q", -1, 1 << 40)),
    ("double", "F64", [], struct.pack("<d", 0.1)),
    ("weight", "F32", [2, 3], struct.pack("<6f", 1, -2.5, 3, 0, 5e-8, 6)),
    ("small ints", "I32", [1], struct.pack("<i", -7)),
    ("brain", "BF16", [2], struct.pack("<2H", 0x3F80, 0xC000)),  # 1, -2
    ("half", "F16", [1], struct.pack("<e", 0.5)),
    ("bytes", "U8", [3], bytes([0, 127, 255])),
    ("empty", "U8", [0, 4], b""),
    ("flags", "BOOL", [2], bytes([1, 0])),
]
header, offset = {"__metadata__": {"origin": "make_vectors.py"}}, 0
# On purpose not in the order of the data: readers must go by the offsets.
spans = {}
for name, dtype, shape, data in entries:
    spans[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
    offset += len(data)
header.update(reversed(list(spans.items())))
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
print((struct.pack("<Q", len(text)) + text + b"".join(data for *_, data in entries)).hex())
