using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>A claim about Adam; what is examined turns its options into a method, with defects or without.</summary>
/// <param name="mutants">The deliberate defects, by name.</param>
internal abstract class AdamClaim(params (string Name, AdamDefects Defects)[] mutants)
    : Claim<Func<AdamOptions, MethodOptions>>
{
    /// <inheritdoc/>
    protected override Func<AdamOptions, MethodOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<AdamOptions, MethodOptions>> Defects =>
        mutants.ToDictionary(m => m.Name, m => With(m.Defects), StringComparer.Ordinal);

    /// <summary>The method with defects.</summary>
    public static Func<AdamOptions, MethodOptions> With(AdamDefects defects) => options =>
        new RuleOptions<DefectiveAdam, DefectiveAdamOptions>(new DefectiveAdamOptions(options, defects));
}
