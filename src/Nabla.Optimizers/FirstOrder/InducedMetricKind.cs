namespace Nabla.Optimizers.FirstOrder;

/// <summary>The surface whose metric shortens the steps of the induced-metric method.</summary>
public enum InducedMetricKind
{
    /// <summary>The graph of the loss.</summary>
    Plain,

    /// <summary>The graph of the logarithm of the loss, which must be given and positive.</summary>
    Log,

    /// <summary>The graph of the loss over parameters that are measured as RMSProp measures them.</summary>
    Rms,
}
