"""The classics that torch.optim has: one case an option, and long ones where rounding has time to add up."""
import torch

from vectors import STEPS, by_torch, torch_origin, write

# Some optimizers keep rates and products in tensors of the default type: in double, like everything else here.
torch.set_default_dtype(torch.float64)

names = {"learningRate": "lr", "weightDecay": "weight_decay", "epsilon": "eps", "maximize": "maximize",
         "learningRateDecay": "lr_decay", "initialAccumulator": "initial_accumulator_value", "rho": "rho", "alpha": "alpha",
         "momentum": "momentum", "centered": "centered", "lambd": "lambd", "t0": "t0", "momentumDecay": "momentum_decay"}
pairs = {"betas": (("beta1", 0.9), ("beta2", 0.999)), "etas": (("etaMinus", 0.5), ("etaPlus", 1.2)),
         "step_sizes": (("stepSizeMin", 1e-6), ("stepSizeMax", 50))}

betas = {"beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9}}
shared = {"default": {}, "learning-rate": {"learningRate": 0.1}, "epsilon": {"epsilon": 0.1},
          "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True, "weightDecay": 0.05}}
long = {"long": {"learningRate": 0.05}, "long-decay": {"learningRate": 0.05, "weightDecay": 0.1}}
cases = {
    "adam": (torch.optim.Adam, {}, {**shared, **betas, **long, "long-small": {"epsilon": 0, "beta1": 0}}),
    "amsgrad": (torch.optim.Adam, {"amsgrad": True}, {**shared, **betas, **long}),
    "adamax": (torch.optim.Adamax, {}, {**shared, **betas, **long}),
    "adagrad": (torch.optim.Adagrad, {}, {
        **shared, **long, "learning-rate-decay": {"learningRateDecay": 0.2}, "initial-accumulator": {"initialAccumulator": 0.7}}),
    "rmsprop": (torch.optim.RMSprop, {}, {
        **shared, **long, "alpha": {"alpha": 0.5}, "momentum": {"momentum": 0.8}, "centered": {"centered": True},
        "all": {"centered": True, "momentum": 0.9, "alpha": 0.9, "weightDecay": 0.1, "epsilon": 1e-3},
        "long-centered": {"centered": True, "momentum": 0.9}}),
    "adadelta": (torch.optim.Adadelta, {}, {**shared, **long, "rho": {"rho": 0.5}}),
    "rprop": (torch.optim.Rprop, {}, {
        "default": {}, "learning-rate": {"learningRate": 0.1}, "maximize": {"maximize": True}, "long": {},
        "eta-minus": {"etaMinus": 0.25}, "eta-plus": {"etaPlus": 1.5}, "step-size-min": {"stepSizeMin": 0.008},
        "step-size-max": {"stepSizeMax": 0.0125}}),
    "asgd": (torch.optim.ASGD, {}, {
        "default": {}, "learning-rate": {"learningRate": 0.1}, "lambd": {"lambd": 0.2}, "alpha": {"alpha": 0.5, "lambd": 0.3},
        "t0": {"t0": 2}, "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True, "weightDecay": 0.05},
        "long": {"learningRate": 0.05, "lambd": 0.1, "t0": 10}}),
    # Without foreach, version 1.13 multiplies one factor of the momentum product twice (pytorch/pytorch pull request 92699).
    "nadam": (torch.optim.NAdam, {"foreach": True}, {
        **shared, **betas, **long, "momentum-decay": {"momentumDecay": 0.5}}),
    "radam": (torch.optim.RAdam, {}, {**shared, **betas, **long, "long-beta2": {"beta2": 0.9, "epsilon": 1e-3}}),
}


def arguments_of(settings):
    result = {names[k]: v for k, v in settings.items() if k in names}
    for name, parts in pairs.items():
        if any(k in settings for k, _ in parts):
            result[name] = tuple(settings.get(k, default) for k, default in parts)
    return result


def turned(gradients):
    return [{name: -value for name, value in step.items()} for step in gradients]


seed = 1000
for method, (optimizer, fixed, settings_of) in cases.items():
    for case, settings in settings_of.items():
        arguments = {**fixed, **arguments_of(settings)}
        climbs = method in ("nadam", "radam") and arguments.pop("maximize", False)
        write(method, case, settings, lambda s, g: by_torch(lambda p: optimizer(p, **arguments), s, turned(g) if climbs else g),
              torch_origin, seed, 50 if case.startswith("long") else STEPS)
        seed += 1
