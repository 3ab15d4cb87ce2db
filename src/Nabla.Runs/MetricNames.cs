namespace Nabla.Runs;

/// <summary>Names of the series that training writes; a run may hold others beside them.</summary>
public static class MetricNames
{
    /// <summary>The training loss of every step.</summary>
    public const string Loss = "loss";

    /// <summary>The loss of every evaluation.</summary>
    public const string ValidationLoss = "validation_loss";

    /// <summary>The learning rate of every step, as the method read it.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>The Euclidean norm of the gradient over all parameters, before clipping.</summary>
    public const string GradientNorm = "gradient_norm";
}
