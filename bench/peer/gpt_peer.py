"""The GPT of the main job in PyTorch, as a PyTorch user would write it: the peer that Nabla is measured against.

usage: gpt_peer.py WEIGHTS BATCHES --heads H --threads T --learning-rate R
WEIGHTS holds the initial parameters under GPT-2's names, BATCHES the tensors inputs and targets, [steps, batch, time].
Prints one JSON document: the loss of every step, and tokens a second without the first ten steps.
"""
import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

import safetensors_io


class Projection(nn.Module):
    """A linear layer whose weight is stored [in, out], as in GPT-2's files."""

    def __init__(self, width_in, width_out):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width_in, width_out))
        self.bias = nn.Parameter(torch.empty(width_out))

    def forward(self, x):
        shape = x.shape[:-1] + (self.weight.shape[1],)
        return torch.addmm(self.bias, x.reshape(-1, x.shape[-1]), self.weight).view(shape)


class Attention(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.c_attn = Projection(width, 3 * width)
        self.c_proj = Projection(width, width)
        self.register_buffer("mask", torch.tril(torch.ones(context, context)).bool(), persistent=False)

    def forward(self, x):
        batch, steps, width = x.shape
        q, k, v = self.c_attn(x).split(width, dim=2)
        q, k, v = (y.view(batch, steps, self.heads, width // self.heads).transpose(1, 2) for y in (q, k, v))
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(width // self.heads)
        scores = scores.masked_fill(~self.mask[:steps, :steps], float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(batch, steps, width))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.c_fc = Projection(width, 4 * width)
        self.c_proj = Projection(4 * width, width)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads, context)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, width, layers, heads):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width),
            "wpe": nn.Embedding(context, width),
            "h": nn.ModuleList([Block(width, heads, context) for _ in range(layers)]),
            "ln_f": nn.LayerNorm(width),
        })

    def forward(self, tokens, targets):
        part = self.transformer
        x = part["wte"](tokens) + part["wpe"](torch.arange(tokens.shape[1]))
        for block in part["h"]:
            x = block(x)
        logits = F.linear(part["ln_f"](x), part["wte"].weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("batches")
    parser.add_argument("--heads", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    weights = safetensors_io.read(arguments.weights)
    batches = safetensors_io.read(arguments.batches)
    vocabulary, width = weights["transformer.wte.weight"].shape
    context = weights["transformer.wpe.weight"].shape[0]
    layers = sum(name.endswith(".ln_1.weight") for name in weights)
    model = Gpt(vocabulary, context, width, layers, arguments.heads)
    model.load_state_dict(weights)
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.learning_rate)
    losses, warm = [], 10
    begun = time.perf_counter()
    for step, (inputs, targets) in enumerate(zip(batches["inputs"], batches["targets"])):
        if step == warm:
            begun = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = model(inputs, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    seconds = time.perf_counter() - begun
    tokens = (len(losses) - warm) * batches["inputs"][0].numel()
    print(json.dumps({"version": torch.__version__, "losses": losses, "tokens_per_second": tokens / seconds}))


if __name__ == "__main__":
    main()
