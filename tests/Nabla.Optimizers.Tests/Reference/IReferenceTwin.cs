namespace Nabla.Optimizers.Tests.Reference;

/// <summary>A literal scalar form of a method, written from its paper.</summary>
public interface IReferenceTwin
{
    string Method { get; }

    /// <summary>Each element after each step: [step][element].</summary>
    double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients);

    /// <summary>The same with the loss of each step, for methods that look at it.</summary>
    double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients, double[] losses) =>
        Run(options, start, gradients);
}
