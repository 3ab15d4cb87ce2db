namespace Nabla.Problems.Datasets;

/// <summary>What the label of a table is.</summary>
public enum TableKind
{
    /// <summary>One of a few classes.</summary>
    Classes,

    /// <summary>A number.</summary>
    Number,
}
