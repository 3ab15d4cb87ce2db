namespace Nabla.Procedures.Convex;

/// <summary>The losses of networks that are trained by convex programs.</summary>
public enum ReluLoss
{
    /// <summary>Half the sum of squared differences from the labels.</summary>
    Squared,

    /// <summary>The mean of max(0, 1 - label times output); labels are -1 or 1.</summary>
    Hinge,

    /// <summary>The mean of log(1 + exp(-label times output)); labels are -1 or 1.</summary>
    Logistic,
}
