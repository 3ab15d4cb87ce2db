using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>A claim about MVN-Grad; what is examined turns its options into a method, with defects or without.</summary>
/// <param name="mutants">The deliberate defects, by name.</param>
internal abstract class MvnGradClaim(params (string Name, MvnGradDefects Defects)[] mutants)
    : Claim<Func<MvnGradOptions, MethodOptions>>
{
    /// <inheritdoc/>
    protected override Func<MvnGradOptions, MethodOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<MvnGradOptions, MethodOptions>> Defects =>
        mutants.ToDictionary(m => m.Name, m => With(m.Defects), StringComparer.Ordinal);

    /// <summary>The method with defects.</summary>
    public static Func<MvnGradOptions, MethodOptions> With(MvnGradDefects defects) => options =>
        new RuleOptions<DefectiveMvnGrad, DefectiveMvnGradOptions>(new DefectiveMvnGradOptions(options, defects));
}
