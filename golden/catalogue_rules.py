"""Adam's younger kin by their authors' code: adabelief, laprop, lion, diffgrad, adan, adabound, amsbound,
gravity, induced-metric.

Needs NABLA_REFERENCES, a folder with checkouts OWNER/NAME of the repositories named below; their code is run, not kept.
"""
import importlib.util
import os
import pathlib
import subprocess
import sys
import types
import warnings

import torch

from vectors import STEPS, by_torch, write

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)  # Some of the code makes scalars of the default type.
if "NABLA_REFERENCES" not in os.environ:
    sys.exit("catalogue_rules needs NABLA_REFERENCES, the folder with checkouts OWNER/NAME of the public code.")
references = pathlib.Path(os.environ["NABLA_REFERENCES"])
# Only for messages on a terminal.
for name in ("tabulate", "colorama"):
    if importlib.util.find_spec(name) is None:
        sys.modules[name] = types.ModuleType(name)
        for member in ("tabulate", "Fore", "Back", "Style"):
            setattr(sys.modules[name], member, None)


def load(repository, path):
    folder = references / repository
    commit = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    spec = importlib.util.spec_from_file_location(path.replace("/", "_")[:-3], folder / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, f"github.com/{repository} at {commit}, {path}, run by PyTorch {torch.__version__}, float64"


names = {"learningRate": "lr", "epsilon": "eps", "weightDecay": "weight_decay", "weightDecouple": "weight_decouple",
         "fixedDecay": "fixed_decay", "amsgrad": "amsgrad", "rectify": "rectify",
         "degeneratedToSgd": "degenerated_to_sgd", "centered": "centered", "noProx": "no_prox",
         "finalLearningRate": "final_lr", "gamma": "gamma", "amsbound": "amsbound", "alpha": "alpha", "beta": "beta"}


def arguments(settings, betas=()):
    result = {names[k]: v for k, v in settings.items() if k in names}
    if any(f"beta{i + 1}" in settings for i in range(len(betas))):
        result["betas"] = tuple(settings.get(f"beta{i + 1}", b) for i, b in enumerate(betas))
    return result


def cases(method, make, origin, betas, seed, given, steps=STEPS, **fixed):
    for case, settings in given.items():
        keywords = {**fixed, **arguments(settings, betas)}
        write(method, case, settings, lambda s, g: by_torch(lambda p: make(p, **keywords), s, g), origin, seed, steps)
        seed += 1


common = {"default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9},
          "epsilon": {"epsilon": 0.1}, "weight-decay": {"weightDecay": 0.3}}
adam = (0.9, 0.999)

module, origin = load("juntang-zhuang/Adabelief-Optimizer", "pypi_packages/adabelief_pytorch0.2.1/adabelief_pytorch/AdaBelief.py")
cases("adabelief", module.AdaBelief, origin, adam, 201, {
    **common, "weight-decouple": {"weightDecay": 0.3, "weightDecouple": False},
    "fixed-decay": {"weightDecay": 0.1, "fixedDecay": True}, "amsgrad": {"amsgrad": True, "beta2": 0.3},
    "rectify": {"rectify": True, "learningRate": 0.05},
    "degenerated-to-sgd": {"rectify": True, "degeneratedToSgd": False, "learningRate": 0.05},
    "rectify-beta2": {"rectify": True, "beta2": 0.9, "weightDecay": 0.1},
}, rectify=False, print_change_log=False)

module, origin = load("Z-T-WANG/LaProp-Optimizer", "laprop.py")
cases("laprop", module.LaProp, origin, adam, 221, {
    **common, "amsgrad": {"amsgrad": True, "beta2": 0.3}, "centered": {"centered": True, "beta2": 0.9},
    "centered-amsgrad": {"centered": True, "amsgrad": True, "beta2": 0.7, "learningRate": 0.01},
}, steps=14)  # Centering begins at step 11.

module, origin = load("lucidrains/lion-pytorch", "lion_pytorch/lion_pytorch.py")
cases("lion", module.Lion, origin, (0.9, 0.99), 241, {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.3}, "beta2": {"beta2": 0.2},
    "weight-decay": {"weightDecay": 0.3, "learningRate": 0.01},
})

module, origin = load("shivram1987/diffGrad", "diffGrad_v2.py")
cases("diffgrad", module.diffgrad, origin, adam, 251, common)

module, origin = load("sail-sg/Adan", "adan.py")
cases("adan", module.Adan, origin, (0.98, 0.92, 0.99), 261, {
    **common, "beta3": {"beta3": 0.8}, "no-prox": {"weightDecay": 0.3, "noProx": True, "learningRate": 0.01},
    "prox": {"weightDecay": 0.3, "learningRate": 0.01},
}, foreach=False)

module, origin = load("Luolc/AdaBound", "adabound/adabound.py")
bound = {**common, "final-learning-rate": {"finalLearningRate": 0.7, "gamma": 0.4}, "gamma": {"gamma": 0.5}}
cases("adabound", module.AdaBound, origin, adam, 281, {**bound, "amsbound": {"amsbound": True, "beta2": 0.3}})
cases("amsbound", lambda p, **k: module.AdaBound(p, amsbound=True, **k), origin, adam, 291,
      {k: {**v, "beta2": v.get("beta2", 0.3)} if k != "default" else v for k, v in bound.items()})

module, origin = load("dariush-bahrami/gravity.optimizer", "implementations/gravity_optimizer_pytorch.py")
# The first velocity is random; without it runs can be compared.
cases("gravity", module.Gravity, origin, (), 301, {
    "alpha": {"alpha": 0.0}, "learning-rate": {"alpha": 0.0, "learningRate": 0.3}, "beta": {"alpha": 0.0, "beta": 0.2},
}, steps=12)

module, origin = load("harveyThomas4692/Induced-Metric-Optimiser", "optimisers/torch_imp.py")
names.update({"momentum": "momentum", "xi": "xi", "betaRms": "beta_rms"})
losses = [1.7, 1.2, 0.9, 0.5, 0.8, 0.3]
plain = {"default": {}, "learning-rate": {"learningRate": 0.3}, "momentum": {"momentum": 0.4}, "xi": {"xi": 2.0}, "beta": {"beta": 0.3},
         "weight-decay": {"weightDecay": 0.3}}
rms = {"metric": {}, "beta-rms": {"betaRms": 0.7}, "epsilon": {"epsilon": 0.1}, "rms-all": {"xi": 0.7, "momentum": 0.6}}
cases("induced-metric", module.CustomSGD, origin, (), 311, plain)
for seed, (case, settings) in enumerate(rms.items(), 321):
    keywords = arguments(settings)
    write("induced-metric", case, {"metric": "rms", **settings},
          lambda s, g: by_torch(lambda p: module.CustomSGDRMS(p, **keywords), s, g), origin, seed)


class WithLosses(module.CustomSGDLog):
    def __init__(self, parameters, **keywords):
        super().__init__(parameters, **keywords)
        self.losses = iter(losses)

    def step(self):
        super().step(torch.tensor(next(self.losses), dtype=torch.float64))


for seed, (case, settings) in enumerate({"log": {}, "log-decay": {"weightDecay": 0.2, "xi": 1.5}}.items(), 331):
    keywords = arguments(settings)
    write("induced-metric", case, {"metric": "log", **settings},
          lambda s, g: by_torch(lambda p: WithLosses(p, **keywords), s, g), origin, seed, losses=losses)
