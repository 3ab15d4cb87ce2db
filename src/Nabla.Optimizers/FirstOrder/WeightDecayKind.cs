namespace Nabla.Optimizers.FirstOrder;

/// <summary>How weight decay acts.</summary>
public enum WeightDecayKind
{
    /// <summary>The parameter shrinks by itself, whatever the gradient.</summary>
    Decoupled,

    /// <summary>The decay is added to the gradient and passes through the method's state (L2).</summary>
    Coupled,
}
