using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>A layer as a place to forget: how much the forgotten pull at it, and how much along with what is kept.</summary>
/// <param name="Parameter">The weights of the layer.</param>
/// <param name="Gradient">The gradient of the loss of the examples to forget.</param>
/// <param name="Importance">Its norm over the norm of the weights.</param>
/// <param name="Alignment">The absolute cosine between it and the gradient of the loss of the examples to keep.</param>
public sealed record LayerScore(Parameter Parameter, Tensor Gradient, double Importance, double Alignment)
{
    /// <summary>The Pareto front: layers than which no other has both less alignment and more importance; the most important first.</summary>
    /// <param name="layers">All layers.</param>
    public static IReadOnlyList<LayerScore> Front(IReadOnlyList<LayerScore> layers) => [.. layers
        .Where(own => !layers.Any(other => other.Alignment < own.Alignment && other.Importance > own.Importance))
        .OrderByDescending(own => own.Importance)];
}
