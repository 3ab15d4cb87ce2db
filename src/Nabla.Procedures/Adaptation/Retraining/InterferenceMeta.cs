using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Learns a representation on which a head can be trained sample after sample without forgetting what came before.</summary>
/// <remarks>
/// <para>Update: the plastic parameters make plain steps along a stream, in its order; then all parameters step by the derivative of
/// the loss on all of the stream, taken through those steps.</para>
/// <para>Needs: what MAML needs; tasks whose batches come in the order of a stream and whose query covers it.</para>
/// <para>Choose it: when a model will have to learn from correlated data on the go.</para>
/// </remarks>
[Method("interference-meta", Family.Adaptation, Paper = "arXiv:1910.01705", Title = "Is Fast Adaptation All You Need?")]
[Departs("The paper steps after every single sample; here a step takes a batch of the stream, which may hold one sample.")]
public sealed class InterferenceMeta : ICataloguedMethod<InterferenceMetaOptions>, IRetrainingMethod
{
    private readonly InterferenceMetaOptions _options;
    private readonly Func<Parameter, bool> _plastic;

    /// <summary>Makes the method.</summary>
    /// <param name="options">Number and rate of the steps along a stream.</param>
    /// <param name="plastic">Which parameters move along a stream, such as those of the head; the others are the representation.</param>
    public InterferenceMeta(InterferenceMetaOptions options, Func<Parameter, bool> plastic)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plastic);
        (_options, _plastic) = (options, plastic);
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "head[i+1] = head[i] - innerRate * gradient of L on batch i of the stream, the representation at rest",
        "representation and head[0] step by the derivative of L on all of the stream at head[innerSteps]",
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no task, a name clashes, or no parameter is plastic.</exception>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options.ThrowIfInvalid();
        if (!model.Parameters.Any(_plastic))
        {
            throw new ArgumentException("No parameter of the model is plastic; the steps along a stream would do nothing. Name the head's.", nameof(model));
        }

        return new SecondOrderRetraining(model, tasks, optimizer, taskOptimizer, seed, _options.InnerSteps, _options.InnerRate, _plastic);
    }
}
