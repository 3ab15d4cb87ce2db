namespace Nabla.Procedures.FirstOrder;

/// <summary>How the weighted sum of examples becomes a step.</summary>
public enum LogisticStep
{
    /// <summary>Divided by the sum of their weights.</summary>
    Normalized,

    /// <summary>Divided by their number: gradient descent on the logistic loss.</summary>
    Plain,

    /// <summary>The batch perceptron: weight 1 for a wrong example, 1/2 on the border, divided by the number of examples.</summary>
    Perceptron,
}
