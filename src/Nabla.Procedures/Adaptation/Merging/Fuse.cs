using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Makes a better base of several fine-tuned copies of one base: the mean of their weights.</summary>
/// <remarks>
/// <para>Update: W = mean of the copies; with scale, W = base + scale (mean - base).</para>
/// <para>Needs: copies of one architecture that began at one base. Nothing is trained.</para>
/// <para>Choose it: to begin fine-tuning on a new task from what others have learned. Heads of single tasks mean nothing after it.</para>
/// </remarks>
/// <param name="options">The scale.</param>
[Method("fuse", Family.Adaptation, Paper = "arXiv:2204.03044", Title = "Fusing finetuned models for better pretraining")]
[Departs("The scale is an addition; 1 is the paper's mean.")]
public sealed class Fuse(FuseOptions options) : ICataloguedMethod<FuseOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["W = (1 - scale) * base + scale / n * (sum of the n copies)"];

    /// <summary>What each model counts.</summary>
    /// <param name="copies">How many fine-tuned copies there are; at least 1.</param>
    /// <returns>The coefficient of the base, then that of each copy.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public (double Base, double Copy) Coefficients(int copies)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        options.ThrowIfInvalid();
        return (1 - options.Scale, options.Scale / copies);
    }

    /// <summary>Turns a base into the fused model.</summary>
    /// <param name="model">The base; overwritten.</param>
    /// <param name="copies">Fine-tuned copies of it; at least one.</param>
    /// <exception cref="ArgumentException">There is no copy, or one has other names or shapes.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public void Merge(Module model, IReadOnlyList<Module> copies)
    {
        ArgumentNullException.ThrowIfNull(copies);
        var (own, copy) = Coefficients(copies.Count);
        WeightCombination.Into(model, [(own, model), .. copies.Select(c => (copy, c))]);
    }
}
