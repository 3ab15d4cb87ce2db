namespace Nabla.Core;

/// <summary>Where a fused loop finds its numbers; element 0 of each is that of the loop's start.</summary>
internal struct KernelMemory
{
    public nint Parameter;
    public nint Gradient;
    public nint Slot0;
    public nint Slot1;
    public nint Slot2;
    public nint Slot3;
    public nint Slot4;
    public nint Slot5;

    public static KernelMemory Of(TensorWork work) => new()
    {
        Parameter = work.Parameter,
        Gradient = work.Gradient,
        Slot0 = work.States[0],
        Slot1 = work.States[1],
        Slot2 = work.States[2],
        Slot3 = work.States[3],
        Slot4 = work.States[4],
        Slot5 = work.States[5],
    };
}
