"""Losses of methods of unlearning: values and gradients in the logits by torch's autograd, float64.

Log-probabilities by torch.nn.functional; the library has losses over positions of several answers, and this script
loops over the answers one by one, as the papers write them.
"""
import json
import os

import torch
import torch.nn.functional as F

LENGTHS = [3, 1, 4]
CLASSES = 6


def made(seed, *shape, scale=2.0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * scale


def answers(logits, targets):
    at = 0
    for n in LENGTHS:
        yield logits[at : at + n], targets[at : at + n]
        at += n


def sums(logits, targets):
    return torch.stack([-F.cross_entropy(z, a, reduction="sum") for z, a in answers(logits, targets)])


def means(logits, targets):
    return torch.stack([F.cross_entropy(z, a) for z, a in answers(logits, targets)])


def hinge(logits, targets):
    values = []
    for z, a in zip(logits, targets):
        p = z.softmax(0)
        values.append(torch.clamp(1 + p[a] - torch.cat([p[:a], p[a + 1 :]]).max(), min=0))
    return torch.stack(values).mean()


def without_target(logits, targets, skip):
    values = []
    for z, a in answers(logits, targets):
        for t in range(min(skip, len(a) - 1), len(a)):
            q = z[t].detach().softmax(0)
            q[a[t]] = 0
            q = q / q.sum()
            values.append(-(q * z[t].log_softmax(0)).sum())
    return torch.stack(values).mean()


def saturated(logits, targets, b1, b2):
    log = torch.stack([z.log_softmax(0)[a] for z, a in zip(logits, targets)])
    p = log.detach().exp()
    return (p**b1 * (1 - p) ** b2 * log).mean()


def confidence(logits, targets, beta, constant):
    p = torch.stack([z.softmax(0)[a] for z, a in zip(logits, targets)])
    doubt = 1 - p
    if constant:
        doubt = doubt.detach()
    return -2 / beta * F.logsigmoid(-beta * (p / doubt).log()).mean()


logits = made(1, sum(LENGTHS), CLASSES)
other = made(2, sum(LENGTHS), CLASSES)
targets = torch.randint(0, CLASSES, (sum(LENGTHS),), generator=torch.Generator().manual_seed(3))
refusals = torch.randint(0, CLASSES, (sum(LENGTHS),), generator=torch.Generator().manual_seed(4))
win = made(5, sum(LENGTHS), CLASSES)
reference = made(6, len(LENGTHS))
win_reference = made(7, len(LENGTHS))
direction = made(8, CLASSES)

CASES = {
    "ascent": lambda z: -F.cross_entropy(z, targets),
    "npo": lambda z: -2 / 0.3 * F.logsigmoid(-0.3 * (sums(z, targets) - reference)).mean(),
    "simnpo": lambda z: -2 / 4.5 * F.logsigmoid(4.5 * (means(z, targets) - 0.2)).mean(),
    "dpo": lambda z: -2 / 0.3 * F.logsigmoid(0.3 * (sums(win, refusals) - win_reference - sums(z, targets) + reference)).mean(),
    "rmu": lambda z: F.mse_loss(z, (1.7 * direction).expand_as(z)),
    "undial": lambda z: F.cross_entropy(z, (other - 3 * F.one_hot(targets, CLASSES)).softmax(1)),
    "wga": lambda z: saturated(z, targets, 0.7, 0),
    "satimp": lambda z: saturated(z, targets, 2.5, 0.5),
    "ce-u": lambda z: without_target(z, targets, 1),
    "pdu": lambda z: ((z.max(1)[0] - z.mean(1)) ** 2).mean(),
    "ihl": lambda z: hinge(z, targets),
    "catnip-constant": lambda z: confidence(z, targets, 0.4, True),
    "catnip-whole": lambda z: confidence(z, targets, 0.4, False),
    "kl": lambda z: F.kl_div(z.log_softmax(1), other.log_softmax(1), reduction="batchmean", log_target=True),
}

cases = {}
for name, loss in CASES.items():
    z = logits.clone().requires_grad_()
    value = loss(z)
    value.backward()
    cases[name] = {"value": value.item(), "gradient": z.grad.flatten().tolist()}

os.makedirs("unlearning-losses", exist_ok=True)
with open("unlearning-losses/losses.json", "w") as file:
    json.dump(
        {
            "origin": "PyTorch autograd over losses written from the papers, float64",
            "lengths": LENGTHS,
            "classes": CLASSES,
            "logits": logits.flatten().tolist(),
            "other": other.flatten().tolist(),
            "win": win.flatten().tolist(),
            "targets": targets.tolist(),
            "refusals": refusals.tolist(),
            "reference": reference.tolist(),
            "winReference": win_reference.tolist(),
            "direction": direction.tolist(),
            "cases": cases,
        },
        file,
        indent=1,
    )
