"""The classics that torch.optim lacks, by their authors' or by widely used code, each from a checkout of its repository.

NABLA_REFERENCES names a folder with checkouts, each under the repository's own name: pytorch-optimizer (jettify),
Sophia (Liuhong99), ml-ademamix (apple), pytorch-image-models (huggingface).
"""
import importlib
import os
import sys
import types

import torch

from vectors import STEPS, by_torch, write

torch.set_default_dtype(torch.float64)
root = os.environ["NABLA_REFERENCES"]


def module(name, *path):
    """Imports one file of a package without the package's own imports, which need much more."""
    parts = name.split(".")
    for i in range(1, len(parts)):
        package = types.ModuleType(".".join(parts[:i]))
        package.__path__ = [os.path.join(root, *path, *parts[:i])]
        sys.modules[package.__name__] = package
    if len(parts) == 1:
        sys.path.insert(0, os.path.join(root, *path))
    return importlib.import_module(name)


yogi = module("torch_optimizer.yogi", "pytorch-optimizer")
clamped = importlib.import_module("torch_optimizer.lamb")
adafactor = importlib.import_module("torch_optimizer.adafactor")
lars = module("timm.optim.lars", "pytorch-image-models")
lamb = importlib.import_module("timm.optim.lamb")
sophia = module("sophia", "Sophia")
ademamix = module("ademamix", "ml-ademamix", "pytorch")

jettify = "jettify/pytorch-optimizer, commit 19c3e41952b94f2d60db06e559ee9a1433b25e53, float64"
timm = "huggingface/pytorch-image-models, commit aa4b5850c1543fa488abf260f18390eda46cf85d, float64"
liuhong = "Liuhong99/Sophia, commit a7e157229b71d58cf995d32854f1be15c265b350, float64"
apple = "apple/ml-ademamix, commit c3d73c09f1287e5c33b95189bb0aa7de0a5a7667, float64"

names = {"learningRate": "lr", "weightDecay": "weight_decay", "epsilon": "eps", "initialAccumulator": "initial_accumulator",
         "momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov", "trustCoefficient": "trust_coeff",
         "alwaysAdapt": "always_adapt", "biasCorrection": "bias_correction", "clampValue": "clamp_value",
         "trustClip": "trust_clip", "rho": "rho", "alpha": "alpha", "beta3Warmup": "beta3_warmup", "alphaWarmup": "alpha_warmup",
         "beta1": "beta1", "decayRate": "decay_rate", "clipThreshold": "clip_threshold", "scaleParameter": "scale_parameter",
         "relativeStep": "relative_step", "warmupInit": "warmup_init"}

betas = {"beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9}}
shared = {"default": {}, "learning-rate": {"learningRate": 0.1}, "epsilon": {"epsilon": 0.1},
          "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True, "weightDecay": 0.05}}
long = {"long": {"learningRate": 0.05}, "long-decay": {"learningRate": 0.05, "weightDecay": 0.1}}


def arguments_of(settings, *decays):
    result = {names[k]: v for k, v in settings.items() if k in names and not (decays and k == "beta1")}
    if decays:
        result["betas"] = tuple(settings.get(f"beta{i + 1}", decay) for i, decay in enumerate(decays))
    return result


def run(make, settings, start, gradients):
    if settings.get("maximize"):
        gradients = [{name: -value for name, value in step.items()} for step in gradients]
    return by_torch(make, start, gradients)


class Both:
    """Sophia's two calls as one step: the same gradient renews the curvature at every k-th step, the first included."""

    def __init__(self, parameters, settings):
        self.optimizer = sophia.SophiaG(parameters, **arguments_of(settings, 0.965, 0.99))
        self.settings, self.t = settings, 0

    def step(self):
        phase = self.settings.get("phase", "both")
        if phase == "hessian" or (phase == "both" and self.t % self.settings.get("hessianInterval", 10) == 0):
            self.optimizer.update_hessian()
        if phase != "hessian":
            self.optimizer.step(bs=self.settings.get("batchSize", 5120))
        self.t += 1


seed = 2000


def emit(method, make, origin, cases):
    global seed
    for case, settings in cases.items():
        write(method, case, settings, lambda s, g: run(lambda p: make(p, settings), settings, s, g), origin, seed,
              50 if case.startswith("long") else STEPS)
        seed += 1


emit("yogi", lambda p, s: yogi.Yogi(p, **arguments_of(s, 0.9, 0.999)), jettify,
     {**shared, **betas, **long, "initial-accumulator": {"initialAccumulator": 0.2}})
emit("lars", lambda p, s: lars.Lars(p, **{"momentum": 0.9, "weight_decay": 5e-4, **arguments_of(s)}), timm, {
    **shared, **long, "momentum": {"momentum": 0}, "dampening": {"dampening": 0.3}, "nesterov": {"nesterov": True},
    "trust-coefficient": {"trustCoefficient": 0.1}, "always-adapt": {"weightDecay": 0, "alwaysAdapt": True},
    "excluded": {"weightDecay": 0, "learningRate": 0.01}})
emit("lamb", lambda p, s: lamb.Lamb(p, **{"max_grad_norm": None, "always_adapt": True, **arguments_of(s, 0.9, 0.999)}), timm, {
    **shared, **betas, **long, "bias-correction": {"biasCorrection": False}, "trust-clip": {"trustClip": True, "weightDecay": 0}})
emit("lamb", lambda p, s: clamped.Lamb(p, **{"weight_decay": 0.01, **{k: v for k, v in arguments_of(s, 0.9, 0.999).items()
                                                                    if k != "bias_correction"}}), jettify,
     {"clamp-value": {"clampValue": 0.5, "biasCorrection": False}})
emit("sophia-g", Both, liuhong, {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.5, "rho": 0.001},
    "rho": {"rho": 0.002}, "batch-size": {"batchSize": 64},
    "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True}, "hessian-interval": {"hessianInterval": 2, "rho": 0.001},
    "phase": {"phase": "step"}, "long": {"learningRate": 0.05, "hessianInterval": 4, "rho": 0.01}})
emit("ademamix", lambda p, s: ademamix.AdEMAMix(p, **arguments_of(s, 0.9, 0.999, 0.9999)), apple, {
    **shared, **betas, **long, "beta3": {"beta3": 0.99}, "alpha": {"alpha": 8},
    "beta3-warmup": {"beta3Warmup": 4}, "alpha-warmup": {"alphaWarmup": 4},
    "long-warmup": {"learningRate": 0.01, "beta3Warmup": 40, "alphaWarmup": 45, "alpha": 5, "weightDecay": 0.1}})


def factored(parameters, settings):
    """Its own rate is either the relative one, at most 1e-2, or the given one."""
    small = (settings.get("epsilon1", 1e-30), settings.get("epsilon2", 1e-3))
    return adafactor.Adafactor(parameters, **{"lr": 0.01, "eps2": small, **arguments_of(settings)})


fixed = {"relativeStep": False, "learningRate": 0.3}
emit("adafactor", factored, jettify, {
    "default": {}, "relative-step": {"relativeStep": False, "learningRate": 0.9}, "learning-rate": {"learningRate": 0.7, "relativeStep": False},
    "beta1": {"beta1": 0.9}, "decay-rate": {"decayRate": -0.5}, "epsilon1": {"epsilon1": 0.1}, "epsilon2": {"epsilon2": 2},
    "clip-threshold": {"clipThreshold": 0.5}, "scale-parameter": {"scaleParameter": False}, "warmup-init": {"warmupInit": True},
    "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True}, "long": fixed,
    "long-all": {**fixed, "beta1": 0.9, "weightDecay": 0.1, "scaleParameter": False}})
