"""Reads a safetensors file into torch tensors: just enough of the published format for the side-by-side runs."""
import json
import struct

import numpy as np
import torch

TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


def read_mapped(path):
    """The same tensors as views of the mapped file, as the safetensors package gives them."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    data = np.memmap(path, mode="c", offset=8 + length)
    return {
        name: torch.from_numpy(data[slice(*entry["data_offsets"])].view(TYPES[entry["dtype"]]).reshape(entry["shape"]))
        for name, entry in header.items() if name != "__metadata__"
    }
