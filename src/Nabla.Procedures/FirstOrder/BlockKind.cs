namespace Nabla.Procedures.FirstOrder;

/// <summary>Which sets of coordinates are blocks.</summary>
public enum BlockKind
{
    /// <summary>Neighbouring coordinates, the same blocks all the time.</summary>
    Fixed,

    /// <summary>Any coordinates, chosen anew each time: those with the best scores.</summary>
    Variable,
}
