"""A Llama in PyTorch, as a PyTorch user would write it: the peer that Nabla's generation and LoRA training are measured against.

usage: llama_peer.py THREADS. Reads lines and answers each with one line of JSON:
  {"do": "load", "model": FOLDER, "adapter": FOLDER, "rank", "alpha"}  reads the weights and the start of the adapter
  {"do": "generate", "prompt": [tokens], "tokens": N}                  the likeliest tokens, without the adapter: {"tokens", "seconds"}
  {"do": "train", "inputs": [[...]], "targets": [[...]], "rate": R}    one step of AdamW on the adapter: {"loss", "seconds"}
Every answer has "peak", the peak resident memory since "base", what was resident before the weights were read.
"""
import json
import math
import pathlib
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

import safetensors_io


def resident(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


class LoraLinear(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.a = self.b = None
        self.scale = 0.0

    def forward(self, x, adapted):
        y = F.linear(x, self.weight)
        return y + self.scale * F.linear(F.linear(x, self.a), self.b) if adapted else y


class RmsNorm(nn.Module):
    def __init__(self, weight, epsilon):
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.epsilon = epsilon

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


def turn(x, cosine, sine):
    half = x.shape[-1] // 2
    return x * cosine + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sine


class Block(nn.Module):
    def __init__(self, part, config):
        super().__init__()
        self.heads, self.groups = config["num_attention_heads"], config["num_key_value_heads"]
        self.size = config["hidden_size"] // self.heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, LoraLinear(part(f"self_attn.{name}.weight")))
        for name in ("gate_proj", "up_proj", "down_proj"):
            setattr(self, name, LoraLinear(part(f"mlp.{name}.weight")))
        self.norm1 = RmsNorm(part("input_layernorm.weight"), config["rms_norm_eps"])
        self.norm2 = RmsNorm(part("post_attention_layernorm.weight"), config["rms_norm_eps"])

    def attend(self, x, cosine, sine, mask, cache, adapted):
        batch, steps, width = x.shape
        q = self.q_proj(x, adapted).view(batch, steps, self.heads, self.size).transpose(1, 2)
        k = self.k_proj(x, adapted).view(batch, steps, self.groups, self.size).transpose(1, 2)
        v = self.v_proj(x, adapted).view(batch, steps, self.groups, self.size).transpose(1, 2)
        q, k = turn(q, cosine, sine), turn(k, cosine, sine)
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat((cache["k"], k), dim=2), torch.cat((cache["v"], v), dim=2)
            cache["k"], cache["v"] = k, v
        k, v = (y.repeat_interleave(self.heads // self.groups, dim=1) for y in (k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.size)
        if mask is not None:
            scores = scores + mask
        y = F.softmax(scores, dim=-1) @ v
        return self.o_proj(y.transpose(1, 2).reshape(batch, steps, width), adapted)

    def forward(self, x, cosine, sine, mask, cache, adapted):
        x = x + self.attend(self.norm1(x), cosine, sine, mask, cache, adapted)
        y = self.norm2(x)
        return x + self.down_proj(F.silu(self.gate_proj(y, adapted)) * self.up_proj(y, adapted), adapted)


class Llama(nn.Module):
    def __init__(self, weights, config):
        super().__init__()
        self.embedding = nn.Parameter(weights["model.embed_tokens.weight"], requires_grad=False)
        self.blocks = nn.ModuleList(
            Block(lambda name, i=i: weights[f"model.layers.{i}.{name}"], config) for i in range(config["num_hidden_layers"]))
        self.norm = RmsNorm(weights["model.norm.weight"], config["rms_norm_eps"])
        self.head = nn.Parameter(weights["lm_head.weight"], requires_grad=False)
        size = config["hidden_size"] // config["num_attention_heads"]
        frequencies = config["rope_theta"] ** (-torch.arange(0, size, 2).double() / size)
        angles = torch.arange(config["max_position_embeddings"]).double()[:, None] * torch.cat((frequencies, frequencies))
        self.cosines, self.sines = angles.cos().float(), angles.sin().float()

    def forward(self, tokens, caches=None, adapted=False, last=False):
        past = caches[0]["k"].shape[2] if caches and "k" in caches[0] else 0
        steps = tokens.shape[1]
        cosine, sine = self.cosines[past:past + steps], self.sines[past:past + steps]
        mask = torch.full((steps, steps), float("-inf")).triu(1) if steps > 1 else None
        x = F.embedding(tokens, self.embedding)
        for i, block in enumerate(self.blocks):
            x = block(x, cosine, sine, mask, caches[i] if caches else None, adapted)
        x = self.norm(x)
        return F.linear(x[:, -1:] if last else x, self.head)

    def adapt(self, factors, rank, alpha):
        for name, module in ((n, m) for n, m in self.named_modules() if isinstance(m, LoraLinear)):
            index, layer = name.split(".")[1:]
            part = "mlp" if layer in ("gate_proj", "up_proj", "down_proj") else "self_attn"
            key = f"base_model.model.model.layers.{index}.{part}.{layer}.lora_"
            module.a, module.b = nn.Parameter(factors[key + "A.weight"]), nn.Parameter(factors[key + "B.weight"])
            module.scale = alpha / rank
        return [p for p in self.parameters() if p.requires_grad]


class Peer:
    def load(self, q):
        folder = pathlib.Path(q["model"])
        config = json.loads((folder / "config.json").read_text())
        self.model = Llama(safetensors_io.read_mapped(folder / "model.safetensors"), config)
        self.factors = self.model.adapt(safetensors_io.read(pathlib.Path(q["adapter"]) / "adapter_model.safetensors"), q["rank"], q["alpha"])
        self.optimizer = None
        return {}

    def generate(self, q):
        begun, processor = time.perf_counter(), time.process_time()
        made, caches, tokens = [], [{} for _ in self.model.blocks], torch.tensor([q["prompt"]])
        with torch.inference_mode():
            for _ in range(q["tokens"]):
                tokens = self.model(tokens, caches, last=True)[:, -1].argmax(-1, keepdim=True)
                made.append(tokens.item())
        return {"tokens": made, "seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}

    def train(self, q):
        inputs, targets = torch.tensor(q["inputs"]), torch.tensor(q["targets"])
        self.optimizer = self.optimizer or torch.optim.AdamW(self.factors, lr=q["rate"])
        begun, processor = time.perf_counter(), time.process_time()
        self.optimizer.zero_grad(set_to_none=True)
        scores = self.model(inputs, adapted=True)
        loss = F.cross_entropy(scores.view(-1, scores.shape[-1]), targets.view(-1))
        loss.backward()
        self.optimizer.step()
        return {"loss": loss.item(), "seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    peer = Peer()
    # What the libraries take for themselves with a first product is no part of the model.
    a = torch.ones(256, 256, requires_grad=True)
    (a @ a).sum().backward()
    base = resident("VmRSS")
    print(json.dumps({"version": torch.__version__, "base": base}), flush=True)
    for line in sys.stdin:
        q = json.loads(line)
        answer = getattr(peer, q["do"])(q)
        answer["peak"] = resident("VmHWM") - base
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
