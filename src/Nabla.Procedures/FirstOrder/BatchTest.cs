namespace Nabla.Procedures.FirstOrder;

/// <summary>Tests of whether a batch is large enough for its gradient to be trusted.</summary>
public enum BatchTest
{
    /// <summary>The variance of the gradients, summed over coordinates, against the squared norm of their mean.</summary>
    Norm,

    /// <summary>The norm test in each coordinate; the greatest batch wanted counts.</summary>
    CoordinateNorm,

    /// <summary>The variance of the gradients' products with their mean.</summary>
    InnerProduct,

    /// <summary>The inner-product test, and the variance of what is orthogonal to the mean.</summary>
    AugmentedInnerProduct,
}
