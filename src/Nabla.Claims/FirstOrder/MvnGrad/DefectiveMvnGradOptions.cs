using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Options of MVN-Grad and the defects to run it with.</summary>
/// <param name="Options">The options.</param>
/// <param name="Defects">The defects.</param>
internal sealed record DefectiveMvnGradOptions(MvnGradOptions Options, MvnGradDefects Defects) : MethodOptions
{
    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard) => Options.ThrowIfInvalid();
}
