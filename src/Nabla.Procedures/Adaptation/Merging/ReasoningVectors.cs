using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Carries over what one way of training taught beyond another: the difference of two models, added to a third.</summary>
/// <remarks>
/// <para>Update: W = W + alpha (learned - plain), where both began at the same weights as W's base.</para>
/// <para>Needs: three models of one architecture and one start, such as one trained by rewards, one by examples, one by other
/// examples. Nothing is trained.</para>
/// <para>Choose it: where training by rewards has been done once and is too dear to do again.</para>
/// </remarks>
/// <param name="options">How much is added.</param>
[Method(
    "reasoning-vectors",
    Family.Adaptation,
    Paper = "arXiv:2509.01363",
    Title = "Reasoning Vectors: Transferring Chain-of-Thought Capabilities via Task Arithmetic")]
[Departs("Any difference can be added, by any factor; the paper's is that of a model trained by group relative policy optimization and one by supervised fine-tuning, with factors from 0 to 1, or subtracted.")]
public sealed class ReasoningVectors(ReasoningVectorsOptions options) : ICataloguedMethod<ReasoningVectorsOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["v = learned - plain", "W = W + alpha * v"];

    /// <summary>What each model counts.</summary>
    /// <returns>The coefficients of the model itself, of the one that learned and of the plain one.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public (double Model, double Learned, double Plain) Coefficients()
    {
        options.ThrowIfInvalid();
        return (1, options.Alpha, -options.Alpha);
    }

    /// <summary>Adds the difference to a model.</summary>
    /// <param name="model">Overwritten.</param>
    /// <param name="learned">The model that has what is to be carried over.</param>
    /// <param name="plain">The model that lacks it.</param>
    /// <exception cref="ArgumentException">A model has other names or shapes.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public void Merge(Module model, Module learned, Module plain)
    {
        var (own, plus, minus) = Coefficients();
        WeightCombination.Into(model, [(own, model), (plus, learned), (minus, plain)]);
    }
}
