using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of representation misdirection.</summary>
public sealed record RmuOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public RmuOptions()
    {
        Retain = RetainLoss.Hidden;
    }

    /// <summary>c: length of the state that is aimed at. Range: above 0. Default: 2.</summary>
    [Option("length of the state that is aimed at", Minimum = 0, ExcludesMinimum = true, Usual = "2 to 20")]
    public double Coefficient { get; init; } = 2;

    /// <summary>The block whose states are steered, from 0. Range: 0 or above. Default: 0.</summary>
    [Option("the block whose states are steered, from 0", Minimum = 0, Usual = "the middle of the model; 7 of 32")]
    public int Layer { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new Rmu(this);

    /// <inheritdoc/>
    protected override bool SteersStates => true;
}
