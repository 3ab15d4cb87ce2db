using Nabla.Engine;

namespace Nabla.Core.Tests.Rules;

/// <summary>A rule on whole tensors whose state is a row of means, one for each column, and a count.</summary>
internal sealed record RowOptions : MethodOptions, ILearningRate
{
    public double LearningRate { get; init; } = 0.5;

    public bool InPlace { get; init; }

    public bool Broken { get; init; }

    protected override void Validate(OptionsGuard guard)
    {
    }
}

internal sealed class RowRule : ITensorRule<RowOptions>
{
    public static IReadOnlyList<string> Equations { get; } = ["row = row + gradient summed over rows", "parameter = parameter - learningRate * t * row"];

    public static IReadOnlyList<StateTensor> States(RowOptions options, ReadOnlySpan<long> shape) =>
        shape.Length == 2 ? [new("row", shape[1]), new("losses")] : [new("losses")];

    public static Tensor Update(Tensor parameter, Tensor gradient, TensorStates states, RowOptions options, in StepContext context)
    {
        states["losses"] = states["losses"] + (context.Loss ?? 0);
        var row = gradient;
        if (states.Has("row"))
        {
            states["row"].Add_(gradient.Sum([0L]));
            row = states["row"];
        }

        var step = row * (options.LearningRate * context.Step);
        return options.Broken ? step.Sum() : options.InPlace ? parameter.Sub_(step) : parameter - step;
    }
}
