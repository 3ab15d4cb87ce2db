using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>Options of Adam and the defects to run it with.</summary>
/// <param name="Options">The options.</param>
/// <param name="Defects">The defects.</param>
internal sealed record DefectiveAdamOptions(AdamOptions Options, AdamDefects Defects) : MethodOptions
{
    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard) => Options.ThrowIfInvalid();
}
