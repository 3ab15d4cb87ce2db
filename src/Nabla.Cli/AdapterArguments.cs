using System.CommandLine;
using Nabla.Experiments;
using Nabla.Procedures.Adaptation;

namespace Nabla.Cli;

/// <summary>The options for a model from a folder and the adapter beside it.</summary>
internal sealed class AdapterArguments
{
    private const string Lora = "lora";

    private readonly Option<int?> rank = TaskArguments.Checked<int?>(
        "--rank", "R", "Rank of the adapter's products. Default: 8.", r => r is >= 1 and <= 1 << 16, "between 1 and 65536");

    private readonly Option<double?> alpha = TaskArguments.Checked<double?>(
        "--alpha", "A", "The products are scaled by A / R. Default: 8.", a => a > 0, "above 0");

    private readonly Option<double?> dropout = TaskArguments.Checked<double?>(
        "--adapter-dropout", "P", "Probability that an input of the adapter is dropped in training. Default: 0.",
        p => p is >= 0 and < 1, "from 0 to below 1");

    private readonly Option<string?> targets = new("--targets")
    {
        HelpName = "LAYERS",
        Description = "The adapted layers, with commas between: full names, dotted endings such as q_proj, or all-linear (the default): "
            + "every linear layer but the head.",
    };

    private readonly Option<bool> stabilized = new("--rs-lora") { Description = "Scale the products by A / √R instead (arXiv:2312.03732)." };

    private readonly Option<string?> start = new("--lora-start")
    {
        HelpName = "default|gaussian|reversed",
        Description = "What the factors begin with: A uniform and B zero, A normal and B zero, or A zero and B uniform.",
    };

    private readonly Option<double?> ratio = TaskArguments.Checked<double?>(
        "--lora-plus", "RATIO", "Learn B at RATIO times the learning rate of A (LoRA+, arXiv:2402.12354), usually 2 to 16.",
        r => r > 0, "above 0");

    /// <summary>Makes the options.</summary>
    /// <param name="defaultKind">The kind of adapter where none is asked for; null: no adapter.</param>
    public AdapterArguments(string? defaultKind = null)
    {
        Kind = new("--adapter")
        {
            HelpName = Lora,
            Description = "Train an adapter beside the model, whose own weights stay as they are: lora (low-rank products).",
            DefaultValueFactory = _ => defaultKind,
        };
        Kind.Validators.Add(result =>
        {
            if (!result.Implicit && result.Tokens.Count > 0 && result.Tokens[^1].Value != Lora)
            {
                result.AddError($"The option --adapter was '{result.Tokens[^1].Value}'; it must be {Lora}.");
            }
        });
        start.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Enum.GetNames<LoraStart>().Contains(result.Tokens[^1].Value, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"The option --lora-start was '{result.Tokens[^1].Value}'; it must be default, gaussian or reversed.");
            }
        });
    }

    /// <summary>The folder of the model.</summary>
    public Option<string?> Model { get; } = new("--model")
    {
        HelpName = "FOLDER",
        Description = "Trains the GPT-2 or Llama model of a folder, with its own tokenizer, instead of a small new GPT (text).",
    };

    /// <summary>The kind of adapter.</summary>
    public Option<string?> Kind { get; }

    private Option[] Settings => [rank, alpha, dropout, targets, stabilized, start, ratio];

    /// <summary>Adds every option but the model to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(Kind);
        foreach (Option option in Settings)
        {
            command.Add(option);
        }
    }

    /// <summary>The adapter that a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The settings; null for no adapter.</returns>
    /// <exception cref="UsageException">A setting of the adapter stands without one.</exception>
    public AdapterSettings? Of(ParseResult parsed)
    {
        if (parsed.GetValue(Kind) is null)
        {
            return Settings.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } alone
                ? throw new UsageException($"The option {alone.Name} sets an adapter, but there is none. Add --adapter lora, or leave it out.")
                : null;
        }

        string[]? names = parsed.GetValue(targets)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names is { Length: 0 })
        {
            throw new UsageException("The option --targets names no layer; name some with commas between, or leave it out for all linear layers.");
        }

        return new AdapterSettings
        {
            Rank = parsed.GetValue(rank),
            Alpha = parsed.GetValue(alpha),
            Dropout = parsed.GetValue(dropout),
            Targets = names?.Distinct(StringComparer.Ordinal).ToArray(),
            RankStabilized = parsed.GetValue(stabilized),
            Start = Enum.Parse<LoraStart>(parsed.GetValue(start) ?? nameof(LoraStart.Default), ignoreCase: true),
            RateRatio = parsed.GetValue(ratio),
        };
    }
}
