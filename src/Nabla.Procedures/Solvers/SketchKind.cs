namespace Nabla.Procedures.Solvers;

/// <summary>How a linear system is sketched.</summary>
public enum SketchKind
{
    /// <summary>Sums of all equations with Gaussian weights.</summary>
    Gaussian,

    /// <summary>Equations drawn at random, as Kaczmarz's method with drawn rows.</summary>
    Kaczmarz,
}
