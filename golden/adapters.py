"""Adapters in the layout of PEFT for the tiny models of pretrained.py, with the scores that they make.

Run: python3 generate.py adapters. Writes adapters/NAME/{adapter_config.json, adapter_model.safetensors, expected.json}.
The files are written after the layout's description: names begin with base_model.model., linear layers have lora_A.weight
[r, in] and lora_B.weight [out, r], embeddings lora_embedding_A [r, num] and lora_embedding_B [dim, r]; the product is scaled by
alpha / r, or alpha / sqrt(r), and transposed where weights are stored [in, out]. The scores are those of the equations with
the products in the weights; a tied output layer keeps the base's table.
"""
import json
import math
import os
import struct

import numpy as np

import pretrained

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "adapters")


class Table:
    """An embedding whose rows are adapted while the output layer tied to it is not."""

    def __init__(self, rows, base):
        self.rows, self.T = rows, base.T

    def __getitem__(self, token):
        return self.rows[token]


def read(folder):
    weights = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".safetensors"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header, data = json.loads(file.read(length)), file.read()
        for tensor, entry in header.items():
            if tensor == "__metadata__":
                continue
            raw = data[slice(*entry["data_offsets"])]
            if entry["dtype"] == "BF16":
                values = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
            else:
                values = np.frombuffer(raw, {"F32": "<f4", "F16": "<f2"}[entry["dtype"]])
            weights[tensor] = values.reshape(entry["shape"]).astype(np.float64)
    return weights


def make(name, model, scores, config, layers):
    """layers: (path of the module, rank, alpha, kind), kind one of linear, transposed, embedding."""
    source = os.path.join(pretrained.HERE, model)
    base = json.load(open(os.path.join(source, "config.json")))
    weights = read(source)
    random = np.random.default_rng(len(name))
    adapted, stored = dict(weights), []
    for path, rank, alpha, kind in layers:
        weight = weights[path + ".weight"]
        outputs, inputs = weight.shape if kind == "linear" else weight.shape[::-1]
        suffix = ("lora_embedding_A", "lora_embedding_B") if kind == "embedding" else ("lora_A.weight", "lora_B.weight")
        factors = []
        for part, shape in zip(suffix, ((rank, inputs), (outputs, rank))):
            raw, values = pretrained.encode(random.normal(0, 0.3, shape), "F32")
            factors.append(values)
            stored.append((f"base_model.model.{path}.{part}", shape, "F32", raw))
        scale = alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
        product = scale * factors[1] @ factors[0]
        if kind == "linear":
            adapted[path + ".weight"] = weight + product
        elif kind == "transposed":
            adapted[path + ".weight"] = weight + product.T
        else:
            adapted[path + ".weight"] = Table(weight + product.T, weight)
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "adapter_config.json"), "w") as file:
        json.dump({"peft_type": "LORA", **config}, file, indent=2, sort_keys=True)
    pretrained.write_tensors(os.path.join(folder, "adapter_model.safetensors"), stored)
    prompt = [int(t) for t in random.integers(0, base["vocab_size"], 10)]
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump({
            "origin": "golden/adapters.py: PEFT's layout and the models' equations in numpy, double precision", "model": model,
            "tensors": {tensor: list(shape) for tensor, shape, *_ in stored}, "prompt": prompt,
            "scores": [[float(f"{v:.9g}") for v in row] for row in scores(adapted, base, prompt)]}, file)
        file.write("\n")


make("gpt2", "gpt2-tiny", pretrained.gpt2_scores, {
    "r": 3, "lora_alpha": 2, "lora_dropout": 0.1, "bias": "none", "fan_in_fan_out": True, "use_rslora": True, "init_lora_weights": True,
    "rank_pattern": {"c_fc": 2}, "alpha_pattern": {}, "target_modules": ["wte", "c_attn", "c_fc"], "task_type": "CAUSAL_LM",
    "base_model_name_or_path": "gpt2-tiny", "inference_mode": True, "modules_to_save": None, "peft_version": "0.18.0"},
    [("transformer.wte", 3, 2, "embedding")] + [
        (f"transformer.h.{i}.{part}", rank, 2, "transposed") for i in range(2) for part, rank in (("attn.c_attn", 3), ("mlp.c_fc", 2))])
make("llama", "llama-tiny", pretrained.llama_scores, {
    "r": 2, "lora_alpha": 1, "lora_dropout": 0.0, "bias": "none", "fan_in_fan_out": False, "use_rslora": False,
    "alpha_pattern": {"down_proj": 3}, "rank_pattern": {}, "target_modules": r".*\.(q_proj|v_proj|down_proj)", "task_type": "CAUSAL_LM",
    "base_model_name_or_path": "llama-tiny", "inference_mode": True, "layers_to_transform": None},
    [(f"model.layers.{i}.{part}", 2, alpha, "linear") for i in range(2)
     for part, alpha in (("self_attn.q_proj", 1), ("self_attn.v_proj", 1), ("mlp.down_proj", 3))])
