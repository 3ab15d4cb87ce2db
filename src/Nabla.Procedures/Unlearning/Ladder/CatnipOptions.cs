using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of CATNIP.</summary>
public sealed record CatnipOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public CatnipOptions()
    {
        Alpha = 0;
    }

    /// <summary>β: steepness in the log-odds of a token. Range: above 0. Default: 1.</summary>
    [Option("steepness in the log-odds of a token", Minimum = 0, ExcludesMinimum = true, Usual = "0.1 to 2")]
    public double Beta { get; init; } = 1;

    /// <summary>Whether 1 - p is taken as constant. Default: true.</summary>
    [Option("take the doubt of the model as constant")]
    public bool ConstantReference { get; init; } = true;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Catnip(this);
}
