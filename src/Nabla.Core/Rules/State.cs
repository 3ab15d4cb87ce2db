namespace Nabla.Core;

/// <summary>The state of one lane of elements: up to six numbers an element, in the order of the rule's state names.</summary>
/// <typeparam name="T">The lane.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1051", Justification = "Rules take references to the fields, which keeps them in registers.")]
public struct State<T>
    where T : struct, ILane<T>
{
    /// <summary>The most slots a rule may have.</summary>
    public const int Capacity = 6;

    /// <summary>Slot 0.</summary>
    public T Slot0;

    /// <summary>Slot 1.</summary>
    public T Slot1;

    /// <summary>Slot 2.</summary>
    public T Slot2;

    /// <summary>Slot 3.</summary>
    public T Slot3;

    /// <summary>Slot 4.</summary>
    public T Slot4;

    /// <summary>Slot 5.</summary>
    public T Slot5;
}
