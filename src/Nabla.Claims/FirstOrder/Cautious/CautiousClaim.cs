using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Cautious;

/// <summary>A claim about the cautious wrapper; what is examined turns a method into a wrapped one.</summary>
internal abstract class CautiousClaim : Claim<Func<MethodOptions, MethodOptions>>
{
    /// <inheritdoc/>
    protected override Func<MethodOptions, MethodOptions> Method => inner => new WrappedOptions(new CautiousOptions(), inner);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<MethodOptions, MethodOptions>> Defects =>
        new Dictionary<string, Func<MethodOptions, MethodOptions>>(StringComparer.Ordinal)
        {
            [TurnedAround.Name] = TurnedAround.Defect,
            ["not-wrapped"] = inner => inner,
        };

    /// <summary>Keeps the elements that go against the gradient.</summary>
    protected static (string Name, Func<MethodOptions, MethodOptions> Defect) TurnedAround =>
        ("mask-turned-around", inner => new WrappedOptions(new WrapperOptions<InvertedCautious, CautiousOptions>(new()), inner));

    /// <summary>The methods to wrap, by name, at the given rates and without weight decay.</summary>
    protected static IReadOnlyList<(string Name, MethodOptions Inner)> Inners(double adamw, double lion) =>
    [
        ("adamw", new AdamWOptions { LearningRate = adamw, WeightDecay = 0 }),
        ("lion", new LionOptions { LearningRate = lion, WeightDecay = 0 }),
    ];
}
