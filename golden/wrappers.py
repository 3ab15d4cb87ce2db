"""cautious, by its authors' code: C-AdamW and C-Lion, from a checkout of kyleliang919/C-Optim.

NABLA_REFERENCES names the folder with the checkout. Constants that the code fixes are changed in its text where a case
sets an option. Its AdamW adds epsilon before the bias correction; it is given the epsilon that makes that the same.
"""
import math
import os
import sys
import types

import torch

from vectors import by_torch, write

torch.set_default_dtype(torch.float64)
root = os.path.join(os.environ["NABLA_REFERENCES"], "C-Optim")
origin = "kyleliang919/C-Optim, commit ccadd1847bf1f35ccb3ab296d71a117167bc2e99, float64"
versions = types.ModuleType("transformers.utils.versions")
versions.require_version = lambda *_: None
for name in ("transformers", "transformers.utils"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["transformers.utils.versions"] = versions


def code(file, *changes):
    text = open(os.path.join(root, file)).read()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    space = {}
    exec(compile(text, file, "exec"), space)
    return space


def adamw(*changes, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    base = code("c_adamw.py", *changes)["AdamW"]

    class Aligned(base):
        def step(self, closure=None):
            self.t = getattr(self, "t", 0) + 1
            for group in self.param_groups:
                group["eps"] = eps * math.sqrt(1 - beta2 ** self.t)
            return super().step(closure)

    return lambda p: Aligned(p, lr=lr, betas=(beta1, beta2), weight_decay=decay, no_deprecation_warning=True)


def lion(*changes, lr=1e-4, betas=(0.9, 0.99), decay=0.0):
    base = code("c_lion.py", *changes)["Lion"]
    return lambda p: base(p, lr=lr, betas=betas, weight_decay=decay)


cases = {
    "adamw": ("cautious(adamw)", {}, adamw()),
    "adamw-decay": (
        "cautious(adamw)", {"inner.learningRate": 0.1, "inner.weightDecay": 0.3, "inner.beta1": 0.6},
        adamw(lr=0.1, decay=0.3, beta1=0.6)),
    "floor": ("cautious(adamw)", {"floor": 0.95, "inner.learningRate": 0.05}, adamw(("min=1e-3", "min=0.95"), lr=0.05)),
    "lion": ("cautious(lion)", {"scaling": "count"}, lion()),
    "xi": (
        "cautious(lion)", {"scaling": "count", "xi": 2.5, "inner.learningRate": 0.01, "inner.weightDecay": 0.2},
        lion(("mask.sum() + 1", "mask.sum() + 2.5"), lr=0.01, decay=0.2)),
}
for seed, (case, (optimizer, settings, make)) in enumerate(cases.items(), 300):
    write("cautious", case, settings, lambda s, g: by_torch(make, s, g), origin, seed, steps=12, optimizer=optimizer)
