namespace Nabla.Core;

/// <summary>Which matrix stands for the second derivative of a function.</summary>
public enum CurvatureModel
{
    /// <summary>The second derivative itself.</summary>
    Exact,

    /// <summary>
    /// Gauss and Newton's: the second derivative of the outer function alone, J'∇²s J of s(u(x)); never indefinite where the
    /// outer function is convex.
    /// </summary>
    GaussNewton,

    /// <summary>Fisher's, as observed: the sum of outer products of the gradients of the parts of a sum; never indefinite.</summary>
    Fisher,
}
