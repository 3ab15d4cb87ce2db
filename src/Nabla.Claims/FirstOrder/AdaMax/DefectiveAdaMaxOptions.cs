using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdaMax;

/// <summary>Options of AdaMax and the defects to run it with.</summary>
/// <param name="Options">The options.</param>
/// <param name="Defects">The defects.</param>
internal sealed record DefectiveAdaMaxOptions(AdaMaxOptions Options, AdaMaxDefects Defects) : MethodOptions
{
    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard) => Options.ThrowIfInvalid();
}
