namespace Nabla.Procedures.Solvers;

/// <summary>How a solver measures the length of a step.</summary>
public enum StepScaling
{
    /// <summary>‖v‖, the Euclidean norm: the form of the papers.</summary>
    None,

    /// <summary>‖D v‖ with the diagonal D that equilibrates the second derivative: variables of very different sizes count alike.</summary>
    Curvature,
}
