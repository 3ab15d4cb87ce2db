using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments;

/// <summary>The low-rank adapter of a run, as a user gives it; null means the method's default.</summary>
public sealed record AdapterSettings
{
    /// <summary>See <see cref="LoraOptions.Rank"/>.</summary>
    public int? Rank { get; init; }

    /// <summary>See <see cref="LoraOptions.Alpha"/>.</summary>
    public double? Alpha { get; init; }

    /// <summary>See <see cref="LoraOptions.Dropout"/>.</summary>
    public double? Dropout { get; init; }

    /// <summary>See <see cref="LoraOptions.RankStabilized"/>.</summary>
    public bool RankStabilized { get; init; }

    /// <summary>See <see cref="LoraOptions.Start"/>.</summary>
    public LoraStart Start { get; init; }

    /// <summary>Full names or dotted endings of layers; null for every linear layer but the head.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>
    /// How many times the learning rate of A the learning rate of B is (LoRA+, arXiv:2402.12354); above 0; null for as high.
    /// </summary>
    public double? RateRatio { get; init; }

    internal LoraAdapter Make(PretrainedModel model, Seed seed)
    {
        LoraOptions defaults = new();
        LoraOptions options = defaults with
        {
            Rank = Rank ?? defaults.Rank,
            Alpha = Alpha ?? defaults.Alpha,
            Dropout = Dropout ?? defaults.Dropout,
            RankStabilized = RankStabilized,
            Start = Start,
        };
        return new LoraAdapter(model.Module, options, seed.Derive("adapter"), Targets);
    }
}
