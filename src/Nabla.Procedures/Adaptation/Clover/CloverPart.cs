namespace Nabla.Procedures.Adaptation;

/// <summary>Which weights of a head were decomposed together.</summary>
public enum CloverPart
{
    /// <summary>Queries and keys, whose product is the same at all positions.</summary>
    QueryKey,

    /// <summary>Values and outputs.</summary>
    ValueOutput,

    /// <summary>Queries alone: a turn by positions stands between them and the keys.</summary>
    Query,

    /// <summary>Keys alone, for the same reason.</summary>
    Key,
}
