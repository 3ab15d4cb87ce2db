namespace Nabla.Engine;

/// <summary>A kind of device.</summary>
public enum DeviceKind
{
    /// <summary>The processor and its memory.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA (or, in a ROCm build, an AMD) graphics processor.</summary>
    Cuda = 1,
}
